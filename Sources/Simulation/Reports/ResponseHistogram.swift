/// Counts positive numbers in classes that are narrow relative to the number, as HdrHistogram does.
///
/// A class is one of 128 equal parts of a power of two, which the number's own bits name: no logarithm, no memory per
/// number. So a quantile is wrong by at most 1/256 (0.4 %), for numbers from 2^-32 to 2^32; those outside are counted
/// in the first and last class.
public struct ResponseHistogram: Sendable {
    private static let fractionBits = 7
    /// 2^-32, in the classes' numbering.
    private static let base = (1023 - 32) << fractionBits
    private static let size = 64 << fractionBits

    private var counts = Array(repeating: UInt64(0), count: size)
    public private(set) var count: UInt64 = 0
    public private(set) var largest = 0.0

    public init() {}

    public mutating func record(_ value: Double) {
        counts[Self.place(of: value)] &+= 1
        count &+= 1
        if value > largest { largest = value }
    }

    /// - Parameter fraction: 0.5 for the median, 0.99 for the 99th percentile.
    /// - Returns: The middle of the class that the number of that rank is in, 0 if nothing was counted.
    public func quantile(_ fraction: Double) -> Double {
        guard count > 0 else { return 0 }
        let rank = max(1, (min(max(fraction, 0), 1) * Double(count)).rounded(.up))
        var seen: UInt64 = 0
        for (place, count) in counts.enumerated() where count > 0 {
            seen += count
            if Double(seen) >= rank { return min(Self.middle(of: place), largest) }
        }
        return largest
    }

    private static func place(of value: Double) -> Int {
        guard value > 0 else { return 0 }
        let place = Int(truncatingIfNeeded: value.bitPattern >> UInt64(52 - fractionBits)) - base
        return min(max(place, 0), size - 1)
    }

    private static func middle(of place: Int) -> Double {
        let bits = UInt64(place + base) << UInt64(52 - fractionBits)
        let half = UInt64(1) << UInt64(51 - fractionBits)
        return Double(bitPattern: bits | half)
    }
}
