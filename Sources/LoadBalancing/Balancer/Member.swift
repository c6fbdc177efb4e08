/// What a ``Balancer`` knows about one of its nodes.
@usableFromInline
struct Member: Sendable {
    /// As asked for, before health.
    @usableFromInline var weight: Double
    @usableFromInline var health: NodeHealth
    /// What the strategy was told.
    @usableFromInline var effectiveWeight = 0.0
    @usableFromInline var outstanding = 0
    /// Work that it was given since the beginning.
    @usableFromInline var startedCount = 0
    /// Seconds; smoothed like the round-trip time of TCP (RFC 6298): each new one counts an eighth.
    @usableFromInline var latency: Double?

    @usableFromInline
    init(weight: Double, policy: HealthPolicy?, connected: Bool) {
        self.weight = NodeTable.sane(weight)
        health = NodeHealth(policy: policy, connected: connected)
    }

    /// Whether it would be used if all were well.
    var isCandidate: Bool { weight > 0 && health.isReachable }

    @inlinable
    mutating func started() {
        outstanding += 1
        startedCount += 1
    }

    @inlinable
    mutating func finished(after latency: Double, _ outcome: Outcome) {
        outstanding = max(0, outstanding - 1)
        guard outcome != .abandoned else { return }
        let sample = sane(seconds: latency)
        let old = self.latency ?? sample
        self.latency = old + (sample - old) / 8
    }
}
