import LoadBalancing
import Simulation
import Testing

/// V17 to V19: nodes of different speeds, always or for a while.
@Suite struct UnequalNodesTests {
    @Test("V17: speeds 4, 2, 1, rate 5.6: T = 2.1429 in proportion, 1.94965 by square roots, no end uniformly")
    func v17() async throws {
        let speeds = [4.0, 2, 1]
        let proportional = speeds.map { $0 * 0.8 }
        let roots = Theory.squareRootSplit(speeds: speeds, rate: 5.6)
        for (part, expected) in zip(roots, [3.36569, 1.55147, 0.68284]) { expect(part, expected, within: 1e-5) }
        #expect(Theory.splitResponse([5.6 / 3, 5.6 / 3, 5.6 / 3], speeds: speeds) == .infinity)
        for (split, expected) in [(proportional, 2.1429), (roots, 1.94965)] {
            expect(Theory.splitResponse(split, speeds: speeds), expected, within: 2e-5)
            var scenario = Self.nodes(speeds, weights: split, rate: 5.6)
            scenario.tasks = Vectors.full(20_000_000, else: 200_000)
            let report = try await scenario.run(.weightedRandom)
            expect(report.meanResponse, expected, within: Vectors.full(0.02, else: 0.06))
        }
        var uniform = Self.nodes(speeds, weights: [1, 1, 1], rate: 5.6)
        uniform.tasks = 50_000
        #expect(try await uniform.run(.random).meanResponse > 100)
    }

    @Test("V18: Linkerd's experiment, within 1 s: round robin 95.455 %, least 99.56 %, p2c 99.50 %, EWMA 99.93 %")
    func v18() async throws {
        let scenario = try #require(NamedScenario["slow-period"]).scenario()
        func success(_ name: StrategyName) async throws -> Double {
            let seeds = UInt64(1)...UInt64(Vectors.full(5, else: 1))
            var sum = 0.0
            for seed in seeds { sum += try await scenario.run(.strategy(name), seed: seed).success ?? 0 }
            return sum / Double(seeds.count)
        }
        #expect(abs(try await success(.roundRobin) - (1 - 30.0 / 660)) < 0.0001)
        #expect(abs(try await success(.leastOutstanding) - 0.9956) < 0.0003)
        #expect(abs(try await success(.powerOfTwoChoices) - 0.9950) < 0.0003)
        #expect(abs(try await success(.peakEWMA) - 0.9993) < 0.0003)
        #expect(try await success(.adaptive) >= 0.9993)
    }

    @Test("V19: one of ten nodes ten times slower, load 0.7: SWRR 2.23, p2c 2.25, JSQ 1.40, oracle 1.198, bound 1.0977")
    func v19() async throws {
        var scenario = try #require(NamedScenario["one-slow"]).scenario()
        scenario.tasks = Vectors.full(4_000_000, else: 100_000)
        let bound = Theory.sharedQueueResponse(servers: 9, load: 6.37 / 9)
        expect(bound, 1.0977, within: 1e-4)

        let tolerance = Vectors.full(0.05, else: 0.15)
        expect(try await scenario.run(.powerOfTwoChoices).meanResponse, 2.25, within: tolerance)
        expect(try await scenario.run(.leastOutstanding).meanResponse, 1.40, within: tolerance)
        let oracle = try await scenario.run(ShortestKnownDelay(speeds: scenario.nodes.map(\.speed))).meanResponse
        expect(oracle, 1.198, within: tolerance)
        #expect(oracle > bound)
        let adaptive = try await scenario.run(.adaptive)
        #expect(adaptive.meanResponse <= 1.15 * 1.198)
        #expect(adaptive.p999 <= 12)

        // The slow node gets a tenth of the tasks, six times as many as it can do.
        #expect(try await scenario.run(.roundRobin).meanResponse > 1000)
        scenario.nodes[9].weight = 0.1
        expect(try await scenario.run(.weighted).meanResponse, 2.23, within: tolerance)
    }

    private static func nodes(_ speeds: [Double], weights: [Double], rate: Double) -> Scenario {
        var scenario = Scenario()
        scenario.nodes = zip(speeds, weights).map { SimulatedNode(speed: $0, weight: $1) }
        scenario.demand = .rate(rate)
        return scenario
    }
}

/// Knows how fast each node is, which no client does.
private struct ShortestKnownDelay: Strategy {
    let speeds: [Double]
    var outstanding: [Int]

    init(speeds: [Double]) {
        self.speeds = speeds
        outstanding = speeds.map { _ in 0 }
    }

    mutating func setWeight(_ weight: Double, of node: NodeID) {}

    mutating func pick(key: UInt64?, at now: Instant, using generator: inout Generator) -> NodeID? {
        var best = 0
        for node in speeds.indices where delay(node) < delay(best) { best = node }
        return NodeID(best)
    }

    private func delay(_ node: Int) -> Double { Double(outstanding[node] + 1) / speeds[node] }

    mutating func started(on node: NodeID, at now: Instant) { outstanding[node.index] += 1 }

    mutating func finished(on node: NodeID, after latency: Double, _ outcome: Outcome, at now: Instant) {
        outstanding[node.index] -= 1
    }
}
