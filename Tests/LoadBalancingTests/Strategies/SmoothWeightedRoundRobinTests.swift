import LoadBalancing
import Testing

@Suite struct SmoothWeightedRoundRobinTests {
    @Test(arguments: [
        ([5, 1, 1], "aabacaa"), ([4, 2, 1], "abacaba"), ([3, 2], "ababa"), ([6, 3, 1], "abaabacaba"),
    ])
    func sequencesAreThoseOfNginx(weights: [Double], sequence: String) {
        var strategy = SmoothWeightedRoundRobin()
        strategy.setWeights(weights)
        let names = strategy.picks(2 * sequence.count).map { "abc"[$0] }
        #expect(String(names) == sequence + sequence)
    }

    @Test func everyWindowHasExactlyTheWeights() {
        let weights = [7, 1, 4, 2, 5]
        var strategy = SmoothWeightedRoundRobin()
        strategy.setWeights(weights.map(Double.init))
        let picks = strategy.picks(19 * 4)
        for start in 0...19 * 3 {
            #expect(Array(picks[start..<start + 19]).histogram(5) == weights)
        }
    }

    /// Worked by hand: the failure takes all of a's weight, 3, which comes back by 1 with each choice.
    @Test func aFailedNodeGetsLessAndGrowsBack() {
        var strategy = SmoothWeightedRoundRobin()
        strategy.setWeights([3, 1])
        strategy.finished(on: 0, after: 1, .failed, at: 0)
        // current (a, b) before the choice: (0,1) (1,1) (1,2) (4,0) (3,1) (2,2) (1,3) (4,0)
        #expect(strategy.picks(8) == [1, 0, 1, 0, 0, 0, 1, 0])
    }

    @Test func severalFailuresMayBeAllowed() {
        var strategy = SmoothWeightedRoundRobin(maximumFailures: 3)
        strategy.setWeights([3, 3])
        strategy.finished(on: 0, after: 1, .failed, at: 0)
        // (2,3) b (4,1)... a has lost one of three for one choice only
        #expect(strategy.picks(4) == [1, 0, 1, 0])
    }

    @Test func aNodeThatIsPassedOverKeepsItsTurn() {
        var strategy = SmoothWeightedRoundRobin()
        strategy.setWeights([1, 1, 1])
        #expect(strategy.picks(1) == [0])
        strategy.setWeight(0, of: 1)
        #expect(strategy.picks(1) == [2])
        strategy.setWeight(1, of: 1)
        #expect(strategy.picks(1) == [1])
    }

    @Test func successAndAbandonedWorkChangeNothing() {
        var strategy = SmoothWeightedRoundRobin()
        strategy.setWeights([5, 1, 1])
        for outcome in [Outcome.succeeded, .abandoned] { strategy.finished(on: 0, after: 1, outcome, at: 0) }
        #expect(strategy.picks(7) == [0, 0, 1, 0, 2, 0, 0])
    }
}

extension String {
    fileprivate subscript(_ offset: Int) -> Character { self[index(startIndex, offsetBy: offset)] }
}
