/// Any node, as often as its weight says: one draw from an ``AliasTable``, as in Finagle.
public struct WeightedRandom: Strategy {
    @usableFromInline var nodes = NodeTable()
    @usableFromInline var table = AliasTable()
    @usableFromInline var isStale = false

    @inlinable
    public init() {}

    @inlinable
    public mutating func setWeight(_ weight: Double, of node: NodeID) {
        if case .none = nodes.setWeight(weight, of: node) { return }
        isStale = true
    }

    @inlinable
    public mutating func pick(key: UInt64?, at now: Instant, using generator: inout Generator) -> NodeID? {
        if isStale { rebuild() }
        guard let place = table.draw(using: &generator) else { return nil }
        return nodes.eligible[place]
    }

    @inlinable
    public mutating func started(on node: NodeID, at now: Instant) {}

    @inlinable
    public mutating func finished(on node: NodeID, after latency: Double, _ outcome: Outcome, at now: Instant) {}

    /// Many weights change at once; the table is built when the next choice needs it.
    @usableFromInline
    mutating func rebuild() {
        table.build(from: nodes.eligible.lazy.map { [nodes] in nodes[$0].weight })
        isStale = false
    }
}
