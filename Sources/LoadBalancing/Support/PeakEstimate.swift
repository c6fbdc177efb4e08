/// A latency that remembers its peaks: it jumps up to a sample that is larger, moves to a smaller one slowly, and fades
/// to 0 while there are none.
///
/// From Finagle (`PeakEwma.scala`, `Ema.scala`): a sample `x`, some time after the one before, makes it
/// `x * (1 - w) + old * w` with `w = exp(-time / tau)`.
public struct PeakEstimate: Hashable, Sendable {
    /// Seconds in which it fades to 1/e.
    public let tau: Double
    @usableFromInline var value: Double
    @usableFromInline var stamp: Instant

    /// - Parameter tau: Seconds; 10 in Finagle and Linkerd.
    @inlinable
    public init(_ value: Double, at now: Instant, tau: Double) {
        self.tau = tau > 0 ? tau : 10
        self.value = value
        stamp = now
    }

    @inlinable
    public func value(at now: Instant) -> Double {
        value * remainder(after: now - stamp, tau: tau)
    }

    @inlinable
    public mutating func observe(_ sample: Double, at now: Instant) {
        let kept = remainder(after: now - stamp, tau: tau)
        value = max(sample, sample * (1 - kept) + value * kept)
        stamp = max(stamp, now)
    }
}
