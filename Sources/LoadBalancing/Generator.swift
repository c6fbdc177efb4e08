/// Random numbers that the same seed repeats: xoshiro256\*\* (Blackman and Vigna), seeded by splitmix64.
///
/// Fast and good enough to share work and to simulate, and not for secrets.
@frozen
public struct Generator: RandomNumberGenerator, Sendable {
    @usableFromInline var state: (UInt64, UInt64, UInt64, UInt64)

    @inlinable
    public init(seed: UInt64) {
        var mixer = seed
        state = (
            Self.splitMix(&mixer), Self.splitMix(&mixer), Self.splitMix(&mixer), Self.splitMix(&mixer)
        )
    }

    @inlinable
    @inline(__always)
    public mutating func next() -> UInt64 {
        let result = Self.rotate(state.1 &* 5, by: 7) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = Self.rotate(state.3, by: 45)
        return result
    }

    /// A whole number from 0 up to, but not including, `bound`, each as likely as any other; 0 if `bound` is below 2.
    ///
    /// A multiplication takes the place of the division (Lemire).
    @inlinable
    @inline(__always)
    public mutating func below(_ bound: Int) -> Int {
        guard bound > 1 else { return 0 }
        let range = UInt64(bound)
        var product = next().multipliedFullWidth(by: range)
        if product.low < range {
            let unfair = (0 &- range) % range
            while product.low < unfair { product = next().multipliedFullWidth(by: range) }
        }
        return Int(product.high)
    }

    /// A number in [0, 1), one of 2^53 with the same distance between them.
    @inlinable
    @inline(__always)
    public mutating func unit() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// The next number of splitmix64, which also serves to scatter the bits of a key.
    @inlinable
    static func splitMix(_ state: inout UInt64) -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    @inlinable
    @inline(__always)
    static func rotate(_ bits: UInt64, by count: UInt64) -> UInt64 {
        (bits << count) | (bits >> (64 - count))
    }
}
