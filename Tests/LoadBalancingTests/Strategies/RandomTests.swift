import LoadBalancing
import Testing

@Suite struct RandomTests {
    @Test func randomChoiceIsEvenOverThoseThatTakePart() {
        var strategy = RandomChoice()
        strategy.setWeights([5, 0, 1, 1])
        let counts = strategy.picks(30_000).histogram(4)
        #expect(counts[1] == 0)
        // 99.9 % quantile with 2 degrees of freedom.
        #expect(chiSquare([counts[0], counts[2], counts[3]], expected: [10_000, 10_000, 10_000]) < 13.8)
    }

    @Test(arguments: [[1, 2, 3, 4], [1, 1, 1, 97], [0.001, 10, 3.5, 0.5]])
    func weightedRandomFollowsTheWeights(weights: [Double]) {
        var strategy = WeightedRandom()
        strategy.setWeights(weights)
        let count = 100_000
        let sum = weights.sum
        let counts = strategy.picks(count, seed: 11).histogram(4)
        // 99.9 % quantile with 3 degrees of freedom.
        #expect(chiSquare(counts, expected: weights.map { $0 / sum * Double(count) }) < 16.3)
    }

    @Test func weightsMayChange() {
        var strategy = WeightedRandom()
        strategy.setWeights([1, 1, 1])
        _ = strategy.picks(10)
        strategy.setWeights([0, 3, 1])
        let counts = strategy.picks(40_000).histogram(3)
        #expect(counts[0] == 0)
        #expect(chiSquare([counts[1], counts[2]], expected: [30_000, 10_000]) < 10.8)
        strategy.setWeights([0, 0, 0])
        #expect(strategy.picks(1).isEmpty)
    }
}
