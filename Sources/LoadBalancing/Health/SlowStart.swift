/// How a node that comes back gets its work little by little, so that cold caches and full reconnect queues do not knock
/// it over again.
///
/// Envoy's formula: `max(minimum, (max(time, 1) / window)^(1 / aggression))` of the node's weight.
public struct SlowStart: Hashable, Sendable {
    /// Seconds until the full weight; 0 is no slow start.
    public var window: Double
    /// 1 is linear; larger gives more at the beginning.
    public var aggression: Double
    /// The least part of the weight, from 0 to 1.
    public var minimum: Double

    public init(window: Double = 30, aggression: Double = 1, minimum: Double = 0.1) {
        self.window = window
        self.aggression = aggression
        self.minimum = minimum
    }

    /// The part of its weight, from 0 to 1, that a node has some seconds after it came back.
    public func share(after time: Double) -> Double {
        guard time < window else { return 1 }
        let exponent = aggression > 0 ? 1 / aggression : 1
        let risen = power(min(1, max(1, time) / window), exponent)
        return max(min(max(0, minimum), 1), risen)
    }

    /// Seconds from one new weight to the next.
    var step: Double { max(window / 30, 1e-3) }
}
