internal import LoadBalancing

/// What the engine puts tasks through: a strategy that is also told what is known of its nodes at once.
protocol Dispatcher: Strategy {
    /// A node has broken or blocked its connection, or is back.
    mutating func nodeChanged(_ node: NodeID, from old: NodeCondition, to new: NodeCondition, at now: Instant)
}

/// A strategy on its own: nodes that are gone or blocked have no weight.
struct WithoutHealth<Base: Strategy>: Dispatcher {
    private var base: Base
    private let weights: [Double]

    init(_ base: Base, weights: [Double]) {
        self.base = base
        self.weights = weights
        for (node, weight) in weights.enumerated() { self.base.setWeight(weight, of: NodeID(node)) }
    }

    mutating func nodeChanged(_ node: NodeID, from old: NodeCondition, to new: NodeCondition, at now: Instant) {
        base.setWeight(new.isDown || new.isBlocked ? 0 : weights[node.index], of: node)
    }

    mutating func setWeight(_ weight: Double, of node: NodeID) {
        base.setWeight(weight, of: node)
    }

    mutating func pick(key: UInt64?, at now: Instant, using generator: inout Generator) -> NodeID? {
        base.pick(key: key, at: now, using: &generator)
    }

    mutating func started(on node: NodeID, at now: Instant) {
        base.started(on: node, at: now)
    }

    mutating func finished(on node: NodeID, after latency: Double, _ outcome: Outcome, at now: Instant) {
        base.finished(on: node, after: latency, outcome, at: now)
    }
}

/// The strategy within node health, as the live pool has it.
extension Balancer: Dispatcher {
    mutating func nodeChanged(_ node: NodeID, from old: NodeCondition, to new: NodeCondition, at now: Instant) {
        if new.isDown, !old.isDown { connectionLost(node, at: now) }
        if !new.isDown, old.isDown { connected(node, at: now) }
        if new.isBlocked, !old.isBlocked { block(node, at: now) }
        if !new.isBlocked, old.isBlocked { unblock(node, at: now) }
    }
}
