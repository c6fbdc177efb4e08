#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// What is left of 1 after some time, if it fades with that time constant: exp(-elapsed / tau).
///
/// Time that ran backwards is no time.
@usableFromInline
func remainder(after elapsed: Double, tau: Double) -> Double {
    elapsed > 0 ? exp(-elapsed / tau) : 1
}

func power(_ base: Double, _ exponent: Double) -> Double {
    pow(base, exponent)
}

/// A number of seconds as it should be: not a number, or below 0, is 0, and forever is 30 years.
@inlinable
func sane(seconds: Double) -> Double {
    min(max(0, seconds), 1e9)
}
