/// Draws places 0..<n with given weights in constant time: Walker's alias method, built as by Vose (1991).
///
/// Every place is a column of height 1. A column that its own weight does not fill is filled up by one other place, its
/// alias; a draw takes a column, and then one of the two in it.
@usableFromInline
struct AliasTable: Sendable {
    @usableFromInline
    struct Column: Sendable {
        /// How much of the column is its own place, in [0, 1].
        @usableFromInline var own: Double
        @usableFromInline var alias: Int

        @inlinable
        init(own: Double, alias: Int) {
            self.own = own
            self.alias = alias
        }
    }

    @usableFromInline private(set) var columns: [Column] = []
    private var short: [Int] = []
    private var tall: [Int] = []

    @usableFromInline
    init() {}

    /// - Parameter weights: Above 0.
    @usableFromInline
    mutating func build(from weights: some RandomAccessCollection<Double>) {
        let scale = Double(weights.count) / weights.reduce(0, +)
        columns.removeAll(keepingCapacity: true)
        short.removeAll(keepingCapacity: true)
        tall.removeAll(keepingCapacity: true)
        for (place, weight) in weights.enumerated() {
            columns.append(Column(own: weight * scale, alias: place))
            if weight * scale < 1 { short.append(place) } else { tall.append(place) }
        }
        while let low = short.popLast() {
            guard let high = tall.last else { continue }
            columns[low].alias = high
            columns[high].own -= 1 - columns[low].own
            if columns[high].own < 1 {
                tall.removeLast()
                short.append(high)
            }
        }
    }

    /// - Returns: A place, or `nil` if there is none.
    @inlinable
    func draw(using generator: inout Generator) -> Int? {
        guard !columns.isEmpty else { return nil }
        let place = generator.below(columns.count)
        let column = columns[place]
        return generator.unit() < column.own ? place : column.alias
    }
}
