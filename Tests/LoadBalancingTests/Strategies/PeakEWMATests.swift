import LoadBalancing
import Testing

@Suite struct PeakEWMATests {
    /// V20.
    @Test func fadesAndMixesAsFinagle() {
        var estimate = PeakEstimate(0.100, at: 0, tau: 10)
        #expect(abs(estimate.value(at: 5) - 0.060653) < 1e-6)
        #expect(abs(estimate.value(at: 10) - 0.036788) < 1e-6)
        estimate.observe(0.050, at: 1)
        #expect(abs(estimate.value(at: 1) - 0.095242) < 1e-6)
    }

    @Test func jumpsUpToAPeak() {
        var estimate = PeakEstimate(0.1, at: 0, tau: 10)
        estimate.observe(2, at: 0.001)
        #expect(estimate.value(at: 0.001) == 2)
    }

    @Test func theFasterOfTwoGetsTheWork() {
        var strategy = PeakEWMA()
        strategy.setWeights([1, 1])
        answer(&strategy, node: 0, latency: 0.1)
        answer(&strategy, node: 1, latency: 0.01)
        #expect(strategy.picks(20).allSatisfy { $0 == 1 })
    }

    @Test func aFailureAtOnceIsNotFast() {
        var strategy = PeakEWMA()
        strategy.setWeights([1, 1])
        answer(&strategy, node: 0, latency: 0.001, .failed)
        answer(&strategy, node: 1, latency: 1)
        #expect(strategy.picks(20).allSatisfy { $0 == 1 })
    }

    @Test func anUnknownNodeGetsOnePieceAndNoMore() {
        var strategy = PeakEWMA()
        strategy.setWeights([1, 1])
        answer(&strategy, node: 0, latency: 0.1)
        #expect(strategy.picks(5).allSatisfy { $0 == 1 })
        strategy.started(on: 1, at: 0)
        for _ in 0..<100 { strategy.started(on: 0, at: 0) }
        #expect(strategy.picks(5).allSatisfy { $0 == 0 })
    }

    private func answer(_ strategy: inout PeakEWMA, node: NodeID, latency: Double, _ outcome: Outcome = .succeeded) {
        strategy.started(on: node, at: 0)
        strategy.finished(on: node, after: latency, outcome, at: 0)
    }
}
