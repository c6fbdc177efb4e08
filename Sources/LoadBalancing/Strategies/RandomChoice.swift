/// Any node, each as likely as any other.
///
/// A node's weight only says whether it takes part; ``WeightedRandom`` counts it.
public struct RandomChoice: Strategy {
    @usableFromInline var nodes = NodeTable()

    @inlinable
    public init() {}

    @inlinable
    public mutating func setWeight(_ weight: Double, of node: NodeID) {
        _ = nodes.setWeight(weight, of: node)
    }

    @inlinable
    public mutating func pick(key: UInt64?, at now: Instant, using generator: inout Generator) -> NodeID? {
        guard !nodes.eligible.isEmpty else { return nil }
        return nodes.eligible[generator.below(nodes.eligible.count)]
    }

    @inlinable
    public mutating func started(on node: NodeID, at now: Instant) {}

    @inlinable
    public mutating func finished(on node: NodeID, after latency: Double, _ outcome: Outcome, at now: Instant) {}
}
