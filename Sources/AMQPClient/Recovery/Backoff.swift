/// Exponential backoff with full jitter: each delay is drawn evenly from zero to a window that doubles up to a cap.
///
/// There are two caps, because two things are wanted. A broker that restarts is back within seconds, and its clients
/// should be too: during the first ``freshPeriod`` no delay exceeds ``freshCap``. After a longer outage all clients wait
/// for the same moment, and must not come all at once: with the ``cap`` of 20 s, 1000 of them make at most 30 connects
/// per 100 ms after 30 s. After 10 s they make up to 400.
public struct Backoff: Sendable, Equatable {
    /// The window of the first delay.
    public var first = Duration.milliseconds(50)
    public var freshCap = Duration.milliseconds(500)
    public var freshPeriod = Duration.seconds(10)
    public var cap = Duration.seconds(20)

    public init() {}

    /// The window that follows `window`, so long after the loss.
    func window(after window: Duration, elapsed: Duration) -> Duration {
        max(.milliseconds(1), min(window * 2, elapsed < freshPeriod ? freshCap : cap))
    }
}

/// Where to connect to next, and when, without a clock or randomness of its own.
struct ReconnectSchedule {
    struct Attempt: Equatable {
        var address: Int
        var delay: Duration
    }

    private let backoff: Backoff
    private let addressCount: Int
    /// The node that went into maintenance; it is left alone for a while if there are others.
    private let avoided: Int?
    private var next: Int
    private var window: Duration
    private var isFirst = true

    /// How long a node in maintenance is left alone.
    static let maintenancePeriod = Duration.seconds(30)

    /// - Parameter lost: The address that was connected.
    init(_ backoff: Backoff, addressCount: Int, lost: Int, isMaintenance: Bool) {
        self.backoff = backoff
        self.addressCount = max(1, addressCount)
        avoided = isMaintenance && addressCount > 1 ? lost : nil
        next = lost
        window = max(.milliseconds(1), backoff.first)
    }

    /// The connection was lost again soon after it had come back.
    mutating func goOn(lost: Int) {
        next = lost
    }

    /// The next attempt: the first one at once if it goes to another address.
    mutating func attempt(elapsed: Duration, using generator: inout some RandomNumberGenerator) -> Attempt {
        // Not everybody who lost a node moves to the same neighbour.
        let step = isFirst && addressCount > 2 ? Int.random(in: 1..<addressCount, using: &generator) : 1
        next = (next + step) % addressCount
        if next == avoided, elapsed < Self.maintenancePeriod { next = (next + 1) % addressCount }
        defer { isFirst = false }
        if isFirst, addressCount > 1 { return Attempt(address: next, delay: .zero) }
        let delay = Self.even(upTo: window, using: &generator)
        window = backoff.window(after: window, elapsed: elapsed)
        return Attempt(address: next, delay: delay)
    }

    private static func even(upTo window: Duration, using generator: inout some RandomNumberGenerator) -> Duration {
        window * Double.random(in: 0...1, using: &generator)
    }
}
