import Testing

@testable import LoadBalancing

@Suite struct LeastOutstandingTests {
    @Test func equalNodesTakeTurns() {
        var strategy = LeastOutstanding()
        strategy.setWeights([1, 1, 1])
        var generator = Generator(seed: 1)
        var picks: [Int] = []
        for _ in 0..<6 {
            guard let node = strategy.pick(key: nil, at: 0, using: &generator) else { continue }
            picks.append(node.index)
            strategy.started(on: node, at: 0)
            strategy.finished(on: node, after: 0, .succeeded, at: 0)
        }
        #expect(picks == [0, 1, 2, 0, 1, 2])
    }

    /// Envoy's example: weight 2 and 4 active requests count 2 / 5 = 0.4.
    @Test func weightsDivideTheWork() {
        var strategy = LeastOutstanding()
        strategy.setWeights([2, 1])
        for _ in 0..<4 { strategy.started(on: 0, at: 0) }
        strategy.started(on: 1, at: 0)
        // 5 / 2 against 2 / 1
        #expect(strategy.picks(1) == [1])
        strategy.started(on: 1, at: 0)
        // against 3 / 1
        #expect(strategy.picks(1) == [0])
    }

    @Test(arguments: 1...20) func isExactUnderRandomOperations(seed: UInt64) {
        var generator = Generator(seed: seed)
        var strategy = LeastOutstanding()
        let count = 1 + generator.below(30)
        var weights = [Double](repeating: 0, count: count)
        var outstanding = [Int](repeating: 0, count: count)
        for _ in 0..<1000 {
            let index = generator.below(count)
            let node = NodeID(index)
            switch generator.below(4) {
            case 0:
                weights[index] = [0, 0.1, 1, 1, 2][generator.below(5)]
                strategy.setWeight(weights[index], of: node)
            case 1:
                outstanding[index] = max(0, outstanding[index] - 1)
                strategy.finished(on: node, after: 0, .abandoned, at: 0)
            default:
                outstanding[index] += 1
                strategy.started(on: node, at: 0)
            }
            let costs = zip(weights, outstanding).map { $0 > 0 ? Double($1 + 1) / $0 : .infinity }
            let least = costs.min().flatMap { $0.isFinite ? $0 : nil }
            #expect(strategy.pick(key: nil, at: 0, using: &generator).map { costs[$0.index] } == least)
            #expect(strategy.heap.isInOrder)
        }
    }
}

extension CostHeap {
    /// No child is cheaper than its parent, and every node is where its place says.
    var isInOrder: Bool {
        entries.indices.allSatisfy { place in
            places[entries[place].node] == place && (place == 0 || !(entries[place] < entries[(place - 1) / 4]))
        } && places.filter { $0 >= 0 }.count == entries.count
    }
}
