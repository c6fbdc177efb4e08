/// One node after the other, then from the beginning: equal turns for all.
///
/// A node's weight only says whether it takes part.
public struct RoundRobin: Strategy {
    @usableFromInline var nodes = NodeTable()
    /// The place, among the nodes that take part, of the one whose turn it is.
    @usableFromInline var next: Int
    /// From the first choice on, nodes that come and go before the next one in turn move it.
    @usableFromInline var hasBegun = false

    /// - Parameter start: How many turns to skip at the beginning, so that many clients do not all begin with the same
    ///   node.
    @inlinable
    public init(start: Int = 0) {
        next = max(0, start)
    }

    @inlinable
    public mutating func setWeight(_ weight: Double, of node: NodeID) {
        switch nodes.setWeight(weight, of: node) {
        case .joined(let place) where hasBegun && place < next: next += 1
        case .left(let place) where hasBegun && place < next: next -= 1
        default: break
        }
    }

    @inlinable
    public mutating func pick(key: UInt64?, at now: Instant, using generator: inout Generator) -> NodeID? {
        guard !nodes.eligible.isEmpty else { return nil }
        hasBegun = true
        if next >= nodes.eligible.count { next %= nodes.eligible.count }
        defer { next += 1 }
        return nodes.eligible[next]
    }

    @inlinable
    public mutating func started(on node: NodeID, at now: Instant) {}

    @inlinable
    public mutating func finished(on node: NodeID, after latency: Double, _ outcome: Outcome, at now: Instant) {}
}
