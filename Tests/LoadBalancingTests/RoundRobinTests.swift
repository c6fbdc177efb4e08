import LoadBalancing
import Testing

@Suite struct RoundRobinTests {
    private let nodes = (0..<3).map(NodeID.init)

    @Test func takesEachInTurn() {
        var strategy = RoundRobin()
        #expect((0..<7).map { _ in strategy.pick(from: nodes)?.index } == [0, 1, 2, 0, 1, 2, 0])
    }

    @Test func theCounterWraps() {
        var strategy = RoundRobin(start: .max)
        let first = Int(UInt.max % 3)
        #expect((0..<3).map { _ in strategy.pick(from: nodes)?.index } == [first, 0, 1])
    }

    @Test func nobodyToPick() {
        var strategy = RoundRobin()
        #expect(strategy.pick(from: []) == nil)
    }
}
