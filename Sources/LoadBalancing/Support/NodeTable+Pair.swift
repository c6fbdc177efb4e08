extension NodeTable {
    /// The better of two nodes drawn at random, the first if they are equal; `nil` if there is none.
    @inlinable
    func betterOfTwo(using generator: inout Generator, cost: (NodeID) -> Double) -> NodeID? {
        guard !eligible.isEmpty else { return nil }
        let (first, second) = generator.pair(below: eligible.count)
        let (one, other) = (eligible[first], eligible[second])
        return cost(other) < cost(one) ? other : one
    }
}
