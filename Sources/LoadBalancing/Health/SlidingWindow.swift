/// How many successes and failures there were lately: exact counts in ten buckets, of which the oldest is dropped
/// whenever a tenth of the window has passed.
///
/// Linkerd went from a moving average to this, because a tight burst gives each sample almost no weight and can hide a
/// total outage.
public struct SlidingWindow: Hashable, Sendable {
    public struct Counts: Hashable, Sendable {
        public internal(set) var successes = 0
        public internal(set) var failures = 0

        public var total: Int { successes + failures }

        /// From 0 to 1; 1 if nothing happened.
        public var successRate: Double { total == 0 ? 1 : Double(successes) / Double(total) }
    }

    private static let bucketCount = 10
    /// Seconds per bucket.
    private let width: Double
    private var buckets = [Counts](repeating: Counts(), count: bucketCount)
    private var sum = Counts()
    /// How many buckets have been filled and left since the clock's beginning: at least 0.
    private var current = 0

    /// - Parameter length: Seconds.
    public init(length: Double) {
        width = max(1e-3, sane(seconds: length) / Double(Self.bucketCount))
    }

    public mutating func record(success: Bool, at now: Instant) {
        advance(to: now)
        if success {
            buckets[place(of: current)].successes += 1
            sum.successes += 1
        } else {
            buckets[place(of: current)].failures += 1
            sum.failures += 1
        }
    }

    public mutating func counts(at now: Instant) -> Counts {
        advance(to: now)
        return sum
    }

    public mutating func clear() {
        for place in buckets.indices { buckets[place] = Counts() }
        sum = Counts()
    }

    private mutating func advance(to now: Instant) {
        let number = Int(exactly: (now.seconds / width).rounded(.down)) ?? current
        guard number > current else { return }
        if number - current >= Self.bucketCount {
            clear()
        } else {
            for passed in current + 1...number { empty(place(of: passed)) }
        }
        current = number
    }

    private mutating func empty(_ place: Int) {
        sum.successes -= buckets[place].successes
        sum.failures -= buckets[place].failures
        buckets[place] = Counts()
    }

    private func place(of number: Int) -> Int { number % Self.bucketCount }
}
