/// How much may be out at the same time, found from latency alone: less when it rises over its long-term mean, more when
/// it does not.
///
/// The rule is Gradient2 of Netflix's concurrency-limits, with its defaults.
public struct Gradient2Limit: Hashable, Sendable {
    /// How much may be out; fractions are kept for the next step.
    public private(set) var limit: Double
    /// What the limit stays within. Netflix's 20 at least is too much for long tasks; workers take 1.
    public let bounds: ClosedRange<Double>
    /// How many times its mean a latency may be before the limit goes down.
    public var tolerance = 1.5
    /// How much may wait in line at the other end: what the limit grows by in each step.
    public var queueSize = 4.0
    /// How much of a step is made at once, from 0 to 1.
    public var smoothing = 0.2

    private var longLatency: Double?
    private var samples = 0.0

    /// - Parameters:
    ///   - limit: To begin with.
    ///   - longLatency: The mean to begin with, if there is one, in seconds.
    public init(limit: Double = 20, bounds: ClosedRange<Double> = 20...200, longLatency: Double? = nil) {
        self.bounds = bounds
        self.limit = Self.clamp(limit, to: bounds)
        self.longLatency = longLatency
        samples = longLatency == nil ? 0 : Self.window
    }

    /// Takes in a latency, and makes one step.
    ///
    /// - Parameters:
    ///   - latency: Seconds, of a piece of work or the mean over some.
    ///   - outstanding: How much was out meanwhile. If that was less than half the limit, the limit was not what counted,
    ///     and stays.
    public mutating func observe(latency: Double, outstanding: Int) {
        let short = sane(seconds: latency)
        guard short > 0 else { return }
        step(long: remember(short), short: short, outstanding: outstanding)
    }

    /// The rule itself, for means that the caller keeps: seconds, above 0.
    public mutating func step(long: Double, short: Double, outstanding: Int) {
        guard Double(outstanding) >= limit / 2 else { return }
        let target = limit * gradient(long: long, short: short) + queueSize
        limit = Self.clamp((1 - smoothing) * limit + smoothing * target, to: bounds)
    }

    /// What the limit is multiplied with, from 0.5 to 1.
    public func gradient(long: Double, short: Double) -> Double {
        Self.clamp(tolerance * long / short, to: 0.5...1)
    }

    /// - Returns: The long-term mean, after it has taken in another sample.
    private mutating func remember(_ short: Double) -> Double {
        let old = longLatency ?? short
        samples += 1
        // A plain mean at first, which then forgets as an exponential one over a window of 600.
        var long = old + (short - old) * max(1 / samples, 2 / (Self.window + 1))
        // After a long stall the mean is far too high, and comes down fast.
        if long > 2 * short { long *= 0.95 }
        longLatency = long
        return long
    }

    private static let window = 600.0

    private static func clamp(_ value: Double, to bounds: ClosedRange<Double>) -> Double {
        min(max(bounds.lowerBound, value), bounds.upperBound)
    }
}
