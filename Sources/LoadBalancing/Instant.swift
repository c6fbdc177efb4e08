/// A moment on a clock of the caller's that never goes back, in seconds since any beginning.
///
/// The live pool counts real seconds; the simulator counts whatever unit its service times have.
public struct Instant: Comparable, Hashable, Sendable {
    public var seconds: Double

    @inlinable
    public init(seconds: Double) { self.seconds = seconds }

    @inlinable
    public static func < (left: Instant, right: Instant) -> Bool { left.seconds < right.seconds }

    @inlinable
    public static func + (instant: Instant, seconds: Double) -> Instant { Instant(seconds: instant.seconds + seconds) }

    /// - Returns: Seconds.
    @inlinable
    public static func - (left: Instant, right: Instant) -> Double { left.seconds - right.seconds }
}
