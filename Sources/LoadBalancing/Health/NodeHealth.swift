/// Whether a node may be used: a circuit breaker with slow start, as a value that is told what happens.
///
/// ```text
///              failures, or the connection lost                 time is up, or connected again
///   available ────────────────────────────────▶ ejected ──────────────────────────────▶ awaitingProbe
///    ▲    ▲                                      ▲  ▲                                         │
///    │    └───────── window over ──── recovering ┘  │                                 started │
///    │                                ▲    (as available)                                     ▼
///    │                     success    └─────────────┼──────────────────────────────────── probing
///    └ (back from maintenance: recovering)          └────────────── failure ──────────────────┘
/// ```
///
/// Being connected, drained or blocked is apart from that: it decides about new work at once, and counts for nothing.
public struct NodeHealth: Hashable, Sendable {
    public enum State: Hashable, Sendable {
        case available
        /// Slow start.
        case recovering(since: Instant)
        case ejected(until: Instant)
        /// The next piece of work is its probe.
        case awaitingProbe
        /// One piece of work is out, and decides.
        case probing
    }

    /// `nil` if a node is never taken out for its failures.
    public let policy: HealthPolicy?
    public internal(set) var state = State.available
    public internal(set) var isConnected: Bool
    /// It gets nothing new, and what it loses is no failure: for maintenance.
    public internal(set) var isDraining = false
    /// It gets nothing new, as it said so: a broker under a resource alarm.
    public internal(set) var isBlocked = false
    /// How often in a row it was taken out; one less for every ``HealthPolicy/ejectionTime`` without failing again.
    public internal(set) var ejections = 0
    var wasConnected: Bool
    var consecutiveFailures = 0
    var recent: SlidingWindow
    /// When it was found fit after its last ejection.
    var fitSince: Instant?

    public init(policy: HealthPolicy?, connected: Bool = true) {
        self.policy = policy
        isConnected = connected
        wasConnected = connected
        recent = SlidingWindow(length: policy?.successRateWindow ?? 0)
    }

    /// It is there and takes new work, whatever its failures.
    public var isReachable: Bool { isConnected && !isDraining && !isBlocked }

    /// It is not ejected.
    public var isFit: Bool {
        switch state {
        case .available, .recovering: true
        case .ejected, .awaitingProbe, .probing: false
        }
    }

    /// The part of its weight that it should have, from 0 to 1, if it is reachable.
    public func share(at now: Instant) -> Double {
        switch state {
        case .available: 1
        case .recovering(let since): policy?.slowStart.share(after: now - since) ?? 1
        case .ejected, .awaitingProbe, .probing: 0
        }
    }

    /// When ``advance(to:)`` or ``share(at:)`` will have something new, if nothing happens until then.
    public func nextChange(after now: Instant) -> Instant? {
        switch state {
        case .ejected(let until) where isConnected: until
        case .recovering: now + (policy?.slowStart.step ?? 0)
        default: nil
        }
    }
}
