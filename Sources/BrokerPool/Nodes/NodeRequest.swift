internal import LoadBalancing

/// What a piece of work asks of the node that is chosen for it.
struct NodeRequest: Sendable {
    /// What belongs together, for strategies that keep it on one node.
    var key: UInt64?
    /// Where it will be queued, if that is known.
    var queue: String?
    /// Nodes that are taken only if there is no other.
    var avoiding: [NodeID] = []
    /// Nodes that are not taken.
    var excluding: [NodeID] = []
}
