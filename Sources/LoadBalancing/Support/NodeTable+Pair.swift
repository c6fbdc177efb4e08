extension NodeTable {
    /// The one of two nodes drawn at random that has less work for its weight, the first if they are equal; `nil` if there
    /// is none.
    @inlinable
    func lighterOfTwo(using generator: inout Generator) -> NodeID? {
        guard !eligible.isEmpty else { return nil }
        let (first, second) = generator.pair(below: eligible.count)
        let (one, other) = (eligible[first], eligible[second])
        let (left, right) = (records[one.index], records[other.index])
        // As ``Record/cost``, multiplied out: a division takes longer than all the rest.
        return Double(right.outstanding + 1) * left.weight < Double(left.outstanding + 1) * right.weight ? other : one
    }

    /// The better of two nodes drawn at random, the first if they are equal; `nil` if there is none.
    @inlinable
    func betterOfTwo(using generator: inout Generator, cost: (NodeID) -> Double) -> NodeID? {
        guard !eligible.isEmpty else { return nil }
        let (first, second) = generator.pair(below: eligible.count)
        let (one, other) = (eligible[first], eligible[second])
        return cost(other) < cost(one) ? other : one
    }
}
