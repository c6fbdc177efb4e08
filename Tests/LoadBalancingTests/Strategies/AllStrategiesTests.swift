import Testing

@testable import LoadBalancing

/// What holds for every strategy.
@Suite struct AllStrategiesTests {
    @Test(arguments: StrategyName.allCases) func theSameSeedGivesTheSameChoices(name: StrategyName) {
        #expect(choices(of: name, seed: 5) == choices(of: name, seed: 5))
    }

    @Test(arguments: [StrategyName.random, .weightedRandom, .powerOfTwoChoices, .peakEWMA])
    func anotherSeedGivesOthers(name: StrategyName) {
        #expect(choices(of: name, seed: 5) != choices(of: name, seed: 6))
    }

    @Test(arguments: StrategyName.allCases) func nodesWithoutWeightGetNothing(name: StrategyName) {
        var strategy = name.make()
        #expect(strategy.picks(3).isEmpty)
        strategy.setWeights([0, 1, 0, 1])
        #expect(Set(strategy.picks(100)).isSubset(of: [1, 3]))
        strategy.setWeights([0, 0, 0, 0])
        #expect(strategy.picks(3).isEmpty)
    }

    @Test(arguments: StrategyName.allCases) func everyNodeGetsSomething(name: StrategyName) {
        #expect(Set(choices(of: name, seed: 1)).count == 5)
    }

    @Test(arguments: StrategyName.allCases) func garbageDoesNoHarm(name: StrategyName) {
        let indices = [Int.min, -1, 0, 3, 17, NodeTable.limit - 1, NodeTable.limit, Int.max]
        let numbers = [Double.nan, -.infinity, -1, -0.0, 0, .leastNonzeroMagnitude, 1, 1e308, .infinity]
        var strategy = name.make()
        var generator = Generator(seed: 9)
        for _ in 0..<300 {
            let node = NodeID(indices[generator.below(generator.below(10) == 0 ? indices.count : 5)])
            let now = Instant(seconds: numbers[generator.below(numbers.count)])
            switch generator.below(4) {
            case 0: strategy.setWeight(numbers[generator.below(numbers.count)], of: node)
            case 1: strategy.started(on: node, at: now)
            case 2:
                let outcome = [Outcome.succeeded, .failed, .abandoned][generator.below(3)]
                strategy.finished(on: node, after: numbers[generator.below(numbers.count)], outcome, at: now)
            default: _ = strategy.pick(key: generator.next(), at: now, using: &generator)
            }
        }
        strategy.setWeights([0, 1])
        for index in indices.dropFirst(2) { strategy.setWeight(0, of: NodeID(index)) }
        strategy.setWeight(1, of: 1)
        #expect(strategy.picks(5) == [1, 1, 1, 1, 1])
    }

    /// 2000 pieces of work over five nodes, of which ten are out at a time.
    private func choices(of name: StrategyName, seed: UInt64) -> [Int] {
        var strategy = name.make()
        strategy.setWeights([1, 2, 1, 1, 3])
        var generator = Generator(seed: seed)
        var out: [NodeID] = []
        return (0..<2000).compactMap { count in
            let now = Instant(seconds: Double(count) / 100)
            if out.count == 10 {
                strategy.finished(on: out.removeFirst(), after: 0.1, .succeeded, at: now)
            }
            guard let node = strategy.pick(key: UInt64(count), at: now, using: &generator) else { return nil }
            strategy.started(on: node, at: now)
            out.append(node)
            return node.index
        }
    }
}
