/// Turns in proportion to the weights, spread out evenly: weights 5, 1, 1 give `a a b a c a a`, not `a a a a a b c`.
///
/// The rule is nginx's (`ngx_http_upstream_round_robin.c`). Every node's `current` grows by its weight with each choice;
/// the largest is chosen and gives back the sum of what all got. Whole weights give each node exactly its weight in
/// every run of as many choices as they sum up to.
///
/// A failure takes `weight / maximumFailures` from the node's *effective* weight, which grows back by 1 with every
/// choice. O(n) per choice.
public struct SmoothWeightedRoundRobin: Strategy {
    @usableFromInline var nodes = NodeTable()
    /// By node: what it has gathered, or minus infinity while it has no weight.
    @usableFromInline var currents = FourLanes(filler: -.infinity)
    /// By node: what it gets with each choice.
    @usableFromInline var effectives = FourLanes(filler: 0)
    /// By node: what it had gathered when it lost its weight. nginx leaves that alone, too, while it passes over a node.
    @usableFromInline var parked: [Double] = []
    /// What all get with a choice.
    @usableFromInline var total = 0.0
    /// Whether a failure has taken something from a node that is not grown back.
    @usableFromInline var isReduced = false
    /// Whether the two above are to be worked out again.
    @usableFromInline var isStale = false
    @usableFromInline let maximumFailures: Double

    /// - Parameter maximumFailures: After how many failures in a row a node gets nothing more for a few choices: nginx's
    ///   `max_fails`, 1 by default.
    @inlinable
    public init(maximumFailures: Int = 1) {
        self.maximumFailures = Double(max(1, maximumFailures))
    }

    @inlinable
    public mutating func setWeight(_ weight: Double, of node: NodeID) {
        let change = nodes.setWeight(weight, of: node)
        if case .none = change { return }
        grow()
        switch change {
        case .none, .reweighted: break
        case .joined: currents[node.index] = parked[node.index]
        case .left:
            parked[node.index] = currents[node.index]
            currents[node.index] = -.infinity
        }
        effectives[node.index] = nodes[node].weight
        isStale = true
    }

    @inlinable
    public mutating func pick(key: UInt64?, at now: Instant, using generator: inout Generator) -> NodeID? {
        if isStale { sumUp() }
        guard let chosen = currents.addFindingLargest(effectives) else { return nil }
        currents[chosen] -= total
        if isReduced { growBack() }
        return NodeID(chosen)
    }

    @inlinable
    public mutating func started(on node: NodeID, at now: Instant) {}

    @inlinable
    public mutating func finished(on node: NodeID, after latency: Double, _ outcome: Outcome, at now: Instant) {
        let weight = nodes[node].weight
        guard outcome == .failed, weight > 0 else { return }
        effectives[node.index] = max(0, effectives[node.index] - weight / maximumFailures)
        isStale = true
    }

    @usableFromInline
    mutating func growBack() {
        for node in nodes.eligible {
            effectives[node.index] = min(nodes[node].weight, effectives[node.index] + 1)
        }
        sumUp()
    }

    @usableFromInline
    mutating func sumUp() {
        isStale = false
        isReduced = false
        total = 0
        for node in nodes.eligible {
            total += effectives[node.index]
            if effectives[node.index] < nodes[node].weight { isReduced = true }
        }
    }

    @inlinable
    mutating func grow() {
        let count = nodes.records.count
        currents.grow(to: count)
        effectives.grow(to: count)
        if parked.count < count { parked.append(contentsOf: repeatElement(0, count: count - parked.count)) }
    }
}
