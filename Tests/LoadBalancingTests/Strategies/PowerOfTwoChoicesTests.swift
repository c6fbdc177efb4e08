import LoadBalancing
import Testing

@Suite struct PowerOfTwoChoicesTests {
    @Test func theTwoDiffer() {
        var strategy = PowerOfTwoChoices()
        strategy.setWeights([1, 1])
        strategy.started(on: 0, at: 0)
        #expect(strategy.picks(100).allSatisfy { $0 == 1 })
    }

    @Test func withReplacementTheyMayBeTheSame() {
        var strategy = PowerOfTwoChoices(withReplacement: true)
        strategy.setWeights([1, 1])
        strategy.started(on: 0, at: 0)
        let counts = strategy.picks(40_000).histogram(2)
        #expect(chiSquare(counts, expected: [10_000, 30_000]) < 10.8)
    }

    @Test func asManyChoicesAsNodesFindTheBest() {
        var strategy = PowerOfTwoChoices(choices: 5)
        strategy.setWeights([1, 1, 1, 1, 2])
        #expect(strategy.picks(50).allSatisfy { $0 == 4 })
        strategy.setWeight(0, of: 4)
        strategy.started(on: 0, at: 0)
        #expect(!strategy.picks(50).contains(0))
    }

    @Test func everyPairIsAsLikely() {
        var strategy = PowerOfTwoChoices()
        strategy.setWeights([1, 1, 1, 1])
        // The node with one task wins only in pairs with worse ones: never against the idle node 0.
        for index in 1...3 { for _ in 0..<index { strategy.started(on: NodeID(index), at: 0) } }
        let counts = strategy.picks(60_000).histogram(4)
        #expect(chiSquare(Array(counts.prefix(3)), expected: [30_000, 20_000, 10_000]) < 13.8)
        #expect(counts[3] == 0)
    }

    @Test(arguments: [0, 1, 2, 3]) func equalNodesAreEquallyLikely(choices: Int) {
        var strategy = PowerOfTwoChoices(choices: choices)
        strategy.setWeights([1, 1, 1, 1, 1])
        let counts = strategy.picks(50_000).histogram(5)
        // Ties go to the first that was drawn; 99.9 % quantile with 4 degrees of freedom.
        #expect(chiSquare(counts, expected: Array(repeating: 10_000, count: 5)) < 18.5)
    }
}
