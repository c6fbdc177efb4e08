/// A strategy whose type is decided at run time.
public struct AnyStrategy: Strategy {
    private var base: any Strategy

    public init(_ base: some Strategy) {
        self.base = base
    }

    public mutating func setWeight(_ weight: Double, of node: NodeID) {
        base.setWeight(weight, of: node)
    }

    public mutating func pick(key: UInt64?, at now: Instant, using generator: inout Generator) -> NodeID? {
        base.pick(key: key, at: now, using: &generator)
    }

    public mutating func started(on node: NodeID, at now: Instant) {
        base.started(on: node, at: now)
    }

    public mutating func finished(on node: NodeID, after latency: Double, _ outcome: Outcome, at now: Instant) {
        base.finished(on: node, after: latency, outcome, at: now)
    }

    public mutating func forget(_ node: NodeID, until: Instant) {
        base.forget(node, until: until)
    }
}
