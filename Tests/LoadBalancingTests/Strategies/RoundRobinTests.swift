import LoadBalancing
import Testing

@Suite struct RoundRobinTests {
    @Test func goesRoundAndRound() {
        var strategy = RoundRobin()
        strategy.setWeights([1, 1, 1])
        #expect(strategy.picks(7) == [0, 1, 2, 0, 1, 2, 0])
    }

    @Test(arguments: [(0, 0), (1, 1), (5, 2), (-4, 0), (Int.max, 1)])
    func beginsWhereItIsTold(start: Int, first: Int) {
        var strategy = RoundRobin(start: start)
        strategy.setWeights([1, 1, 1])
        #expect(strategy.picks(1) == [first])
    }

    @Test func weightsDoNotCount() {
        var strategy = RoundRobin()
        strategy.setWeights([5, 0, 0.1])
        #expect(strategy.picks(4) == [0, 2, 0, 2])
    }

    @Test func nobodyLosesATurnWhenANodeLeavesAndComesBack() {
        var strategy = RoundRobin()
        strategy.setWeights([1, 1, 1, 1])
        #expect(strategy.picks(2) == [0, 1])
        strategy.setWeight(0, of: 0)
        #expect(strategy.picks(2) == [2, 3])
        #expect(strategy.picks(1) == [1])
        strategy.setWeight(1, of: 0)
        #expect(strategy.picks(4) == [2, 3, 0, 1])
    }
}
