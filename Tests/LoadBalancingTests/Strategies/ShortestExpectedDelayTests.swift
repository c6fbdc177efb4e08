import Testing

@testable import LoadBalancing

@Suite struct ShortestExpectedDelayTests {
    @Test(arguments: 1...5) func withoutDifferencesItIsLeastOutstanding(seed: UInt64) {
        var generator = Generator(seed: seed)
        var strategy = ShortestExpectedDelay()
        var reference = LeastOutstanding()
        strategy.setWeights([1, 1, 2, 1])
        reference.setWeights([1, 1, 2, 1])
        for _ in 0..<500 {
            let picked = strategy.pick(key: nil, at: 0, using: &generator)
            #expect(picked == reference.pick(key: nil, at: 0, using: &generator))
            guard let picked else { continue }
            strategy.started(on: picked, at: 0)
            reference.started(on: picked, at: 0)
            let done = NodeID(generator.below(4))
            strategy.finished(on: done, after: 0, .abandoned, at: 0)
            reference.finished(on: done, after: 0, .abandoned, at: 0)
        }
    }

    @Test func aSlowNodeGetsWorkOnlyWhenTheOthersHaveMore() {
        var nodes = Served(by: ShortestExpectedDelay(), times: [1, 1, 10])
        nodes.run(each: 0.7, until: 400)
        nodes.counts = [0, 0, 0]
        nodes.run(each: 0.7, until: 1400)
        #expect(nodes.counts[2] < 60)
        #expect(abs(nodes.counts[0] - nodes.counts[1]) < 100)
    }

    @Test func aNodeThatFallsSilentIsLeftBeforeItAnswers() {
        var nodes = Served(by: ShortestExpectedDelay(), times: [0.1, 0.1, 0.1], isParallel: true)
        nodes.run(each: 0.005, until: 10)
        nodes.times[1] = 1000
        nodes.counts = [0, 0, 0]
        nodes.run(each: 0.005, until: 11)
        // It would have got 67: about 7 in the tenth of a second in which it still answers, and a few more.
        #expect(nodes.counts[1] < 15)
    }

    @Test func aNodeThatIsFastAgainComesBack() {
        var nodes = Served(by: ShortestExpectedDelay(), times: [1, 1, 20])
        nodes.run(each: 0.7, until: 500)
        nodes.times[2] = 1
        nodes.run(each: 0.7, until: 1000)
        nodes.counts = [0, 0, 0]
        nodes.run(each: 0.7, until: 2000)
        #expect(nodes.counts[2] > 400)
    }

    @Test func aNodeThatRefusesAtOnceIsNotFast() {
        var nodes = Served(by: ShortestExpectedDelay(), times: [0.1, 0.001, 0.1])
        nodes.outcomes[1] = .failed
        nodes.run(each: 0.07, until: 100)
        #expect(nodes.counts[1] < 30)
    }

    @Test func equalParallelNodesKeepEqualShares() {
        var nodes = Served(by: ShortestExpectedDelay(), times: [0.1, 0.1, 0.1], isParallel: true)
        nodes.run(each: 0.005, until: 100)
        #expect(nodes.counts.allSatisfy { abs($0 - 20_000 / 3) < 100 })
    }

    @Test func answersInBatchesAreNoSilence() {
        var nodes = Served(by: ShortestExpectedDelay(), times: [0.1, 0.1, 0.1], isParallel: true)
        nodes.batch = 0.05
        nodes.run(each: 0.0005, until: 10)
        #expect(nodes.counts.allSatisfy { abs($0 - 20_000 / 3) < 100 })
    }

    @Test func smallDifferencesAreNone() {
        #expect(ShortestExpectedDelay.ratioWithoutNoise(1.4, to: 1) == 1)
        #expect(ShortestExpectedDelay.ratioWithoutNoise(1, to: 1.4) == 1)
        #expect(ShortestExpectedDelay.ratioWithoutNoise(3, to: 1) == 3)
        #expect(abs(ShortestExpectedDelay.ratioWithoutNoise(1, to: 4) - 0.25) < 1e-12)
        let ramp = (0...100).map { ShortestExpectedDelay.ratioWithoutNoise(1 + 0.02 * Double($0), to: 1) }
        #expect(zip(ramp, ramp.dropFirst()).allSatisfy { $0 <= $1 && $1 - $0 < 0.05 })
    }
}
