/// The better of two nodes taken at random by `latency * (outstanding + 1) / weight`, where the latency is a
/// ``PeakEstimate``: Finagle's and Linkerd's way.
///
/// A failure counts as a latency of at least ``failurePenalty``, as in Linkerd's load biaser: a node that refuses at once
/// would otherwise look fast. A node that has not answered yet gets one piece of work, and no other while that is out.
///
/// It shines where a node is slow however little it gets to do. Where latency is the waiting in the node's line, it
/// counts the line twice, and is worse than ``PowerOfTwoChoices``.
public struct PeakEWMA: Strategy {
    /// Above any latency, so that a node without an answer yet comes last as soon as it has work.
    @usableFromInline static let unknown = 1e12

    /// Seconds.
    public let decay: Double
    /// Seconds.
    public let failurePenalty: Double
    @usableFromInline var nodes = NodeTable()
    @usableFromInline var latencies: [PeakEstimate?] = []

    /// - Parameters:
    ///   - decay: Seconds in which a latency fades to 1/e.
    ///   - failurePenalty: Seconds.
    @inlinable
    public init(decay: Double = 10, failurePenalty: Double = 5) {
        self.decay = decay
        self.failurePenalty = sane(seconds: failurePenalty)
    }

    @inlinable
    public mutating func setWeight(_ weight: Double, of node: NodeID) {
        _ = nodes.setWeight(weight, of: node)
    }

    @inlinable
    public mutating func pick(key: UInt64?, at now: Instant, using generator: inout Generator) -> NodeID? {
        nodes.betterOfTwo(using: &generator) { cost(of: $0, at: now) < cost(of: $1, at: now) }
    }

    @inlinable
    func cost(of node: NodeID, at now: Instant) -> Double {
        let record = nodes[node]
        let latency = latencies.indices.contains(node.index) ? latencies[node.index]?.value(at: now) : nil
        return (latency ?? (record.outstanding > 0 ? Self.unknown : 0)) * record.cost
    }

    @inlinable
    public mutating func forget(_ node: NodeID, until: Instant) {
        if latencies.indices.contains(node.index) { latencies[node.index] = nil }
    }

    @inlinable
    public mutating func started(on node: NodeID, at now: Instant) {
        nodes.started(on: node)
    }

    @inlinable
    public mutating func finished(on node: NodeID, after latency: Double, _ outcome: Outcome, at now: Instant) {
        nodes.finished(on: node)
        guard outcome != .abandoned, nodes.grow(to: node) else { return }
        if node.index >= latencies.count {
            latencies.append(contentsOf: repeatElement(nil, count: node.index + 1 - latencies.count))
        }
        let latency = sane(seconds: latency)
        let sample = outcome == .failed ? max(latency, failurePenalty) : latency
        if latencies[node.index] == nil { latencies[node.index] = PeakEstimate(sample, at: now, tau: decay) }
        latencies[node.index]?.observe(sample, at: now)
    }
}
