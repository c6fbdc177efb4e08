import LoadBalancing
import Simulation
import Testing

/// How far each strategy is from the optimum, M/M/n: mean response time of tasks that are pushed, over that of tasks
/// that are pulled from one queue.
@Suite(.enabled(if: Vectors.isFull)) struct OptimumRatioTests {
    @Test(
        "Equal nodes",
        arguments: [
            (3, 0.9, ["random": 2.70, "round-robin": 1.81, "p2c": 1.156, "least-outstanding": 1.074]),
            (10, 0.8, ["random": 4.13, "round-robin": 2.44, "p2c": 1.72, "least-outstanding": 1.124]),
            (10, 0.9, ["random": 6.1, "round-robin": 3.38, "p2c": 1.78, "least-outstanding": 1.145]),
            (100, 0.9, ["random": 10, "round-robin": 5.09, "p2c": 2.59, "least-outstanding": 1.043]),
        ])
    func ratios(nodes: Int, load: Double, expected: [String: Double]) async throws {
        for (name, ratio) in expected.sorted(by: { $0.key < $1.key }) {
            let measured = try await Self.ratio(Contender(name), nodes: nodes, load: load)
            expect(measured, ratio, within: 0.03)
        }
    }

    @Test("The goals at load 0.9: adaptive and least outstanding", arguments: [(3, 1.09), (10, 1.16), (100, 1.06)])
    func goals(nodes: Int, most: Double) async throws {
        #expect(try await Self.ratio(.strategy(.leastOutstanding), nodes: nodes, load: 0.9) <= most)
        #expect(try await Self.ratio(.strategy(.adaptive), nodes: nodes, load: 0.9) <= most)
    }

    @Test("Pull is the optimum, with a prefetch of 1", arguments: [3, 10, 100])
    func pull(nodes: Int) async throws {
        expect(try await Self.ratio(.pull, nodes: nodes, load: 0.9), 1, within: 0.015)
    }

    private static func ratio(_ contender: Contender, nodes: Int, load: Double) async throws -> Double {
        let report = try await Vectors.equal(nodes, load: load, tasks: 10_000_000).run(contender)
        return report.meanResponse / Theory.sharedQueueResponse(servers: nodes, load: load)
    }
}
