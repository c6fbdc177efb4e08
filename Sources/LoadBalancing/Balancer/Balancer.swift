/// A strategy with the health of its nodes: what the live pool and the simulator put work through.
///
/// The strategy chooses among those nodes that are reachable and fit, by weights that follow their slow start; the
/// balancer tells it whenever that changes. A pick costs what the strategy's pick costs.
///
/// ```swift
/// var balancer = Balancer(ShortestExpectedDelay(), weights: [1, 1, 2], seed: 42)
/// if let node = balancer.pick(key: nil, at: now) {
///     balancer.started(on: node, at: now)
///     // ...
///     balancer.finished(on: node, after: latency, .succeeded, at: later)
/// }
/// ```
public struct Balancer<Base: Strategy>: Strategy {
    /// Where nodes are fit, probed and ejected by these rules; `nil` if nodes are never taken out for their failures.
    public let policy: HealthPolicy?
    /// When weights change next by time alone. Who found no node may try again then, or after
    /// ``connected(_:at:)``, ``unblock(_:at:)`` and the like.
    public internal(set) var nextChange = Instant(seconds: .infinity)
    /// Whether so few nodes are fit that health is ignored.
    public internal(set) var isPanicking = false

    @usableFromInline var strategy: Base
    @usableFromInline var generator: Generator
    @usableFromInline var members: [Member] = []
    /// A node that is due for its probe.
    @usableFromInline var probe: NodeID?
    var areAllFit = true
    /// The last moment at which the weights were worked out.
    var refreshed = Instant(seconds: 0)

    /// - Parameters:
    ///   - weights: One for each node; those not above 0 get nothing.
    ///   - seed: The same seed makes the same choices.
    ///   - connected: Whether the nodes are there already; otherwise each is used from ``connected(_:at:)`` on.
    public init(
        _ strategy: Base,
        weights: [Double],
        policy: HealthPolicy? = HealthPolicy(),
        seed: UInt64,
        connected: Bool = true
    ) {
        self.strategy = strategy
        self.policy = policy
        generator = Generator(seed: seed)
        members = weights.prefix(NodeTable.limit).map { Member(weight: $0, policy: policy, connected: connected) }
        refresh(at: refreshed)
    }

    /// A node that is due for its probe comes before the strategy's choice, also for work with a key.
    ///
    /// - Parameter key: What belongs together, for strategies that keep it on one node; `nil` if nothing does.
    /// - Returns: Where to send the next piece of work, or `nil` if no node takes any now.
    @inlinable
    public mutating func pick(key: UInt64?, at now: Instant) -> NodeID? {
        if now >= nextChange { refresh(at: now) }
        return probe ?? strategy.pick(key: key, at: now, using: &generator)
    }

    /// The same with a generator of the caller's.
    @inlinable
    public mutating func pick(key: UInt64?, at now: Instant, using generator: inout Generator) -> NodeID? {
        if now >= nextChange { refresh(at: now) }
        return probe ?? strategy.pick(key: key, at: now, using: &generator)
    }

    @inlinable
    public mutating func started(on node: NodeID, at now: Instant) {
        strategy.started(on: node, at: now)
        guard members.indices.contains(node.index) else { return }
        members[node.index].started()
        if node == probe, members[node.index].health.started() { refresh(at: now) }
    }

    @inlinable
    public mutating func finished(on node: NodeID, after latency: Double, _ outcome: Outcome, at now: Instant) {
        strategy.finished(on: node, after: latency, outcome, at: now)
        guard members.indices.contains(node.index) else { return }
        members[node.index].finished(after: latency, outcome)
        if policy != nil, members[node.index].health.finished(outcome, at: now) { judged(node, at: now) }
    }

    public mutating func forget(_ node: NodeID, until: Instant) {
        strategy.forget(node, until: until)
    }

    /// Another state of health: what put the node out, and its absence, are no part of how fast it is.
    @usableFromInline
    mutating func judged(_ node: NodeID, at now: Instant) {
        if case .recovering(let since) = members[node.index].health.state {
            strategy.forget(node, until: since + (policy?.slowStart.window ?? 0))
        }
        refresh(at: now)
    }
}
