import Testing

@testable import LoadBalancing

@Suite struct BoundedLoadHashingTests {
    private func owners(_ strategy: inout BoundedLoadHashing, keys: Int = 20_000) -> [Int] {
        var generator = Generator(seed: 1)
        return (0..<keys).compactMap { strategy.pick(key: UInt64($0), at: 0, using: &generator)?.index }
    }

    private func strategy(nodes: Int) -> BoundedLoadHashing {
        var strategy = BoundedLoadHashing()
        strategy.setWeights(Array(repeating: 1, count: nodes))
        return strategy
    }

    @Test func aKeyStaysOnItsNode() {
        var one = strategy(nodes: 10)
        var other = strategy(nodes: 10)
        #expect(owners(&one) == owners(&one))
        #expect(owners(&one) == owners(&other))
    }

    @Test func nodesHaveAboutEqualParts() {
        var strategy = strategy(nodes: 10)
        let counts = owners(&strategy).histogram(10)
        #expect(counts.allSatisfy { (1400...2600).contains($0) })
    }

    @Test func onlyTheKeysOfANodeThatLeavesMove() {
        var strategy = strategy(nodes: 10)
        let before = owners(&strategy)
        strategy.setWeight(0, of: 3)
        let after = owners(&strategy)
        #expect(zip(before, after).allSatisfy { $0 == 3 ? $1 != 3 : $0 == $1 })
        strategy.setWeight(1, of: 3)
        #expect(owners(&strategy) == before)
    }

    @Test func aNodeThatJoinsTakesAboutItsPart() {
        var strategy = strategy(nodes: 9)
        let before = owners(&strategy)
        strategy.setWeight(1, of: 9)
        let after = owners(&strategy)
        let moved = zip(before, after).filter { $0 != $1 }
        #expect(moved.allSatisfy { $0.1 == 9 })
        #expect((1400...2600).contains(moved.count))
    }

    @Test(arguments: [0, 0.25, 1]) func noNodeHasMoreThanItsBound(slack: Double) {
        var strategy = BoundedLoadHashing(slack: slack)
        strategy.setWeights(Array(repeating: 1, count: 7))
        var generator = Generator(seed: 2)
        var outstanding = [Int](repeating: 0, count: 7)
        for count in 1...500 {
            // Few keys, so that bounds are met all the time.
            guard let node = strategy.pick(key: UInt64(generator.below(4)), at: 0, using: &generator) else {
                Issue.record("no node")
                return
            }
            strategy.started(on: node, at: 0)
            outstanding[node.index] += 1
            #expect(Double(outstanding[node.index]) <= ((1 + slack) * Double(count) / 7).rounded(.up))
        }
    }

    @Test func boundsFollowTheWeights() {
        var strategy = BoundedLoadHashing(slack: 0)
        strategy.setWeights([3, 1])
        var generator = Generator(seed: 2)
        var outstanding = [0, 0]
        for _ in 0..<400 {
            guard let node = strategy.pick(key: 1, at: 0, using: &generator) else { continue }
            strategy.started(on: node, at: 0)
            outstanding[node.index] += 1
        }
        #expect(outstanding == [300, 100])
    }

    @Test func workWithoutAKeyGoesToTheLessLoaded() {
        var strategy = strategy(nodes: 2)
        strategy.started(on: 0, at: 0)
        #expect(strategy.picks(20).allSatisfy { $0 == 1 })
    }
}
