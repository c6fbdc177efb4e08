import LoadBalancing
import Simulation
import Testing

/// V1 to V13: the simulator against what theory says. Times are in units of the mean service time.
@Suite struct TestVectorTests {
    @Test("V1: M/M/1 at load 0.9: T = 10, p50 = 6.931, p99 = 46.05")
    func v1() async throws {
        expect(Theory.sharedQueueResponse(servers: 1, load: 0.9), 10, within: 1e-9)
        expect(Theory.singleServerQuantile(0.5, load: 0.9), 6.931, within: 1e-4)
        expect(Theory.singleServerQuantile(0.99, load: 0.9), 46.05, within: 1e-4)

        let load = Vectors.full(0.9, else: 0.5)
        let report = try await Vectors.equal(1, load: load, tasks: Vectors.full(40_000_000, else: 100_000)).run(.random)
        let tolerance = Vectors.full(0.02, else: 0.05)
        expect(report.meanResponse, Theory.sharedQueueResponse(servers: 1, load: load), within: tolerance)
        expect(report.p50, Theory.singleServerQuantile(0.5, load: load), within: tolerance)
        expect(report.p99, Theory.singleServerQuantile(0.99, load: load), within: tolerance)
    }

    @Test("V2: pull, 3 nodes at load 0.9: C = 0.81706, Wq = 2.7235, T = 3.7235")
    func v2() async throws {
        expect(Theory.waitingProbability(servers: 3, load: 0.9), 0.81706, within: 1e-5)
        expect(Theory.sharedQueueResponse(servers: 3, load: 0.9), 3.7235, within: 1e-5)

        let load = Vectors.full(0.9, else: 0.6)
        let report = try await Vectors.equal(3, load: load, tasks: Vectors.full(20_000_000, else: 300_000)).run(.pull)
        let expected = Theory.sharedQueueResponse(servers: 3, load: load)
        expect(report.meanResponse, expected, within: Vectors.full(0.015, else: 0.03))
        expect(report.meanResponse - 1, expected - 1, within: Vectors.full(0.015, else: 0.06))
    }

    @Test(
        "V3: pull, 10 nodes at load 0.9: T = 1.66873; 100 nodes at load 0.95: T = 1.10129 (C = 0.50646)",
        arguments: [(10, 0.9, 1.66873), (100, 0.95, 1.10129)])
    func v3(nodes: Int, load: Double, expected: Double) async throws {
        expect(Theory.sharedQueueResponse(servers: nodes, load: load), expected, within: 1e-5)
        expect(Theory.waitingProbability(servers: 100, load: 0.95), 0.50646, within: 1e-5)

        let scenario = Vectors.equal(nodes, load: load, tasks: Vectors.full(20_000_000, else: 100_000))
        expect(try await scenario.run(.pull).meanResponse, expected, within: Vectors.full(0.01, else: 0.05))
    }

    @Test("V4: random over 1000 nodes at load 0.9 is 1000 times M/M/1: T = 10")
    func v4() async throws {
        let (nodes, load) = Vectors.full((1000, 0.9), else: (10, 0.5))
        let scenario = Vectors.equal(nodes, load: load, tasks: Vectors.full(40_000_000, else: 100_000))
        let report = try await scenario.run(.random)
        expect(report.meanResponse, 1 / (1 - load), within: Vectors.full(0.02, else: 0.05))
    }

    @Test(
        "V5: round robin at load 0.9: T = 6.7847 (3 nodes), 5.6603 (10), 5.2268 (100), 5.1787 (infinitely many)",
        arguments: [(3, 6.7847), (10, 5.6603), (100, 5.2268)])
    func v5(nodes: Int, expected: Double) async throws {
        expect(Theory.roundRobinResponse(nodes: nodes, load: 0.9), expected, within: 2e-5)
        expect(Theory.roundRobinLimit(load: 0.9), 5.1787, within: 2e-5)

        let load = Vectors.full(0.9, else: 0.5)
        let scenario = Vectors.equal(nodes, load: load, tasks: Vectors.full(40_000_000, else: 100_000))
        let theory = Theory.roundRobinResponse(nodes: nodes, load: load)
        expect(try await scenario.run(.roundRobin).meanResponse, theory, within: Vectors.full(0.015, else: 0.03))
    }

    @Test(
        "V6: round robin over 10 nodes: T = 2.9223 at load 0.8, 11.155 at load 0.95",
        arguments: [(0.8, 2.9223), (0.95, 11.155)])
    func v6(load: Double, expected: Double) async throws {
        expect(Theory.roundRobinResponse(nodes: 10, load: load), expected, within: 5e-5)

        guard Vectors.isFull || load < 0.9 else { return }
        let scenario = Vectors.equal(10, load: load, tasks: Vectors.full(60_000_000, else: 100_000))
        expect(try await scenario.run(.roundRobin).meanResponse, expected, within: Vectors.full(0.015, else: 0.06))
    }

    @Test(
        "V7: two choices with replacement, 1000 nodes: T = 2.6141 at load 0.9, 5.4320 at load 0.99",
        arguments: [(0.9, 2.6141), (0.99, 5.4320)])
    func v7(load: Double, expected: Double) async throws {
        expect(Theory.choicesResponse(choices: 2, load: load), expected, within: 2e-5)

        let load = Vectors.full(load, else: 0.7)
        let (nodes, tasks) = Vectors.full((1000, load < 0.95 ? 10_000_000 : 40_000_000), else: (200, 100_000))
        let report = try await Vectors.equal(nodes, load: load, tasks: tasks).run(Self.twoChoices)
        let theory = Theory.choicesResponse(choices: 2, load: load)
        expect(report.meanResponse, theory, within: Vectors.full(0.02, else: 0.03))
    }

    @Test("V8: two choices at load 0.9: the parts of the nodes that have 1, 2, ... 5 tasks or more")
    func v8() async throws {
        for (index, expected) in [0.9, 0.729, 0.4783, 0.2059, 0.03815].enumerated() {
            #expect(abs(Theory.occupancy(atLeast: index + 1, choices: 2, load: 0.9) - expected) < 1e-4)
        }
        let load = Vectors.full(0.9, else: 0.7)
        let (nodes, tasks) = Vectors.full((1000, 10_000_000), else: (200, 100_000))
        let report = try await Vectors.equal(nodes, load: load, tasks: tasks).run(Self.twoChoices)
        for tasks in 1...5 {
            let expected = Theory.occupancy(atLeast: tasks, choices: 2, load: load)
            #expect(abs(report.occupancy[tasks] - expected) < Vectors.full(0.005, else: 0.01))
        }
    }

    @Test(
        "V9: three choices, load 0.9: T = 2.0279; two choices, load 0.5: T = 1.26569",
        arguments: [(3, 0.9, 2.0279), (2, 0.5, 1.26569)])
    func v9(choices: Int, load: Double, expected: Double) async throws {
        expect(Theory.choicesResponse(choices: choices, load: load), expected, within: 5e-5)

        let load = Vectors.full(load, else: 0.5)
        let (nodes, tasks) = Vectors.full((1000, 10_000_000), else: (200, 100_000))
        let strategy = PowerOfTwoChoices(choices: choices, withReplacement: true)
        let report = try await Vectors.equal(nodes, load: load, tasks: tasks).run(strategy)
        let theory = Theory.choicesResponse(choices: choices, load: load)
        expect(report.meanResponse, theory, within: Vectors.full(0.01, else: 0.02))
    }

    @Test(
        "V10: the shorter of two queues: T = 1.42632 at load 0.5, 2.95574 at 0.8, 5.47491 at 0.9",
        arguments: [(0.5, 1.42632), (0.8, 2.95574), (0.9, 5.47491)])
    func v10(load: Double, expected: Double) async throws {
        guard Vectors.isFull || load < 0.9 else { return }
        let scenario = Vectors.equal(2, load: load, tasks: Vectors.full(40_000_000, else: 100_000))
        let report = try await scenario.run(.leastOutstanding)
        expect(report.meanResponse, expected, within: Vectors.full(0.01, else: 0.06))
    }

    @Test("V11: M/D/1 at load 0.9: Wq = 4.5; M/G/1 with cv^2 = 4 at load 0.8: Wq = 10")
    func v11() async throws {
        expect(Theory.singleServerWait(load: 0.9, variation: 0), 4.5, within: 1e-12)
        expect(Theory.singleServerWait(load: 0.8, variation: 2), 10, within: 1e-12)

        let load = Vectors.full(0.9, else: 0.5)
        var regular = Vectors.equal(1, load: load, tasks: Vectors.full(40_000_000, else: 100_000))
        regular.service = .constant(1)
        let wait = Theory.singleServerWait(load: load, variation: 0)
        expect(try await regular.run(.random).meanWait, wait, within: Vectors.full(0.02, else: 0.05))

        for service in [Distribution.hyperExponential(mean: 1, variation: 2), .logNormal(mean: 1, variation: 2)] {
            let load = Vectors.full(0.8, else: 0.3)
            var varied = Vectors.equal(1, load: load, tasks: Vectors.full(60_000_000, else: 200_000))
            varied.service = service
            let wait = Theory.singleServerWait(load: load, variation: 2)
            expect(try await varied.run(.random).meanWait, wait, within: Vectors.full(0.02, else: 0.08))
        }
    }

    @Test("V12: as many balls as bins, a million: the fullest bin has 8 to 10, with two choices 4, with three 3")
    func v12() {
        let count = Vectors.full(1_000_000, else: 20_000)
        let balls = Array(repeating: 1.0, count: count)
        func fullest(_ strategy: some Strategy) -> Double { Makespan.push(balls, workers: count, strategy: strategy) }
        #expect(Vectors.full(8.0...10, else: 6...9).contains(fullest(RandomChoice())))
        #expect(fullest(Self.twoChoices) == Vectors.full(4, else: 3))
        #expect(fullest(PowerOfTwoChoices(choices: 3, withReplacement: true)) == 3)
    }

    @Test("V13: Graham's worst case: 5 instead of 3; longest first: 7 instead of 6")
    func v13() {
        let worst: [Double] = [1, 1, 1, 1, 1, 1, 3]
        #expect(Makespan.pull(worst, workers: 3) == 5)
        #expect(Makespan.pull(worst.sorted(by: >), workers: 3) == 3)
        #expect(Makespan.pull([3, 3, 2, 2, 2], workers: 2) == 7)
        #expect(Makespan.pull([3, 2, 2, 3, 2], workers: 2) == 6)
    }

    private static let twoChoices = PowerOfTwoChoices(withReplacement: true)
}
