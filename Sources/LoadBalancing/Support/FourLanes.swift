/// Numbers in blocks of four, for loops that take four at a time without branches.
@usableFromInline
struct FourLanes: Sendable {
    @usableFromInline var blocks: [SIMD4<Double>] = []
    /// What fills the places that were never set.
    @usableFromInline let filler: Double

    @inlinable
    init(filler: Double) {
        self.filler = filler
    }

    @inlinable var count: Int { 4 * blocks.count }

    /// - Parameter place: Below ``count``.
    @inlinable
    subscript(place: Int) -> Double {
        get { blocks[place / 4][place % 4] }
        set { blocks[place / 4][place % 4] = newValue }
    }

    @inlinable
    mutating func grow(to count: Int) {
        let missing = (count + 3) / 4 - blocks.count
        if missing > 0 { blocks.append(contentsOf: repeatElement(SIMD4(repeating: filler), count: missing)) }
    }

    /// Adds the other's numbers to these, and finds the largest sum.
    ///
    /// - Parameter other: Of the same length.
    /// - Returns: Its place, the first of equals; `nil` if all are infinitely small.
    @inlinable
    mutating func addFindingLargest(_ other: FourLanes) -> Int? {
        var largest = SIMD4(repeating: -Double.infinity)
        var places = SIMD4<Int64>(repeating: -1)
        var here = SIMD4<Int64>(0, 1, 2, 3)
        for index in blocks.indices.prefix(other.blocks.count) {
            let sum = blocks[index] + other.blocks[index]
            blocks[index] = sum
            let isLarger = sum .> largest
            largest.replace(with: sum, where: isLarger)
            places.replace(with: here, where: isLarger)
            here &+= 4
        }
        let maximum = largest.max()
        guard maximum > -.infinity else { return nil }
        // Lanes that do not have the maximum are out of the race for the first place.
        return Int(places.replacing(with: SIMD4(repeating: .max), where: largest .< maximum).min())
    }
}
