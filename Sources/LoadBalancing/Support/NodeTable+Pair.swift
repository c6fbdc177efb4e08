extension NodeTable {
    /// The better of two nodes drawn at random, the first if they are equal; `nil` if there is none.
    ///
    /// - Parameter isBetter: Whether its first argument is better than its second.
    @inlinable
    func betterOfTwo(using generator: inout Generator, isBetter: (NodeID, NodeID) -> Bool) -> NodeID? {
        guard !eligible.isEmpty else { return nil }
        let (first, second) = generator.pair(below: eligible.count)
        let (one, other) = (eligible[first], eligible[second])
        return isBetter(other, one) ? other : one
    }

    /// The one of two nodes drawn at random that has less work for its weight.
    @inlinable
    func lighterOfTwo(using generator: inout Generator) -> NodeID? {
        betterOfTwo(using: &generator) { other, one in
            let (left, right) = (records[one.index], records[other.index])
            // As ``Record/cost``, multiplied out: a division takes longer than all the rest.
            return Double(right.outstanding + 1) * left.weight < Double(left.outstanding + 1) * right.weight
        }
    }
}
