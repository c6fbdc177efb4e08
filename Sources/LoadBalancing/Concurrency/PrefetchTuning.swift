/// How many deliveries a worker should hold, so that it never waits for the next one and yet hoards as few as possible.
public struct PrefetchTuning: Hashable, Sendable {
    /// Handlers that run at the same time.
    public var concurrency: Int
    /// The spare for service times that vary, in square roots of what is under way: 2 by default, 0 if all take the same.
    ///
    /// With exponential service times 2 keeps workers busy at least 98.5 % of the time.
    public var margin: Double

    public init(concurrency: Int, margin: Double = 2) {
        self.concurrency = concurrency
        self.margin = margin
    }

    /// `ceil(c + x + k sqrt(x))`, where `x = c r / s` deliveries are under way while one is handled.
    ///
    /// - Parameters:
    ///   - roundTrip: `r`, the seconds from an ack to the delivery that it lets go.
    ///   - service: `s`, the mean seconds that a handler takes.
    /// - Returns: From 1 to 65 535, the most that AMQP can say.
    public func prefetch(roundTrip: Double, service: Double) -> Int {
        let slots = Double(max(1, concurrency))
        let underWay = slots * sane(seconds: roundTrip) / max(sane(seconds: service), 1e-9)
        let wanted = slots + underWay + max(0, margin) * underWay.squareRoot()
        return Int(min(max(1, wanted.rounded(.up)), 65_535))
    }
}
