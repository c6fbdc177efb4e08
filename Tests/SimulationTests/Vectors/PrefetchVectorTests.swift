import Simulation
import Testing

/// One consumer, 50 ms away from its queue, which is never empty: V14 to V16. Times are in milliseconds.
@Suite struct PrefetchVectorTests {
    @Test(
        "V14: 4 ms per task: prefetch 1 keeps the consumer busy 3.85 %, 26 always, 51 always with a wait of 100 ms",
        arguments: [
            (1, 50.0, 4.0 / 104, 0.0), (26, 50.0, 1.0, 0.0), (51, 50.0, 1.0, 100.0), (26, 100.0, 104.0 / 204, 0.0),
        ])
    func v14(prefetch: Int, delay: Double, utilisation: Double, wait: Double) async throws {
        let steady = try await steadyState(.constant(4), prefetch: prefetch, delay: delay, rounds: 20)
        #expect(abs(steady.utilisation - utilisation) < 1e-9)
        #expect(abs(steady.wait - wait) < 1e-6)
    }

    @Test(
        "V15: 40 ms per task: with a prefetch of 26 tasks wait 900 ms, with 51 they wait 1900 ms",
        arguments: [(26, 900.0), (51, 1900)])
    func v15(prefetch: Int, wait: Double) async throws {
        let steady = try await steadyState(.constant(40), prefetch: prefetch, delay: 50, rounds: 20)
        #expect(abs(steady.utilisation - 1) < 1e-9)
        #expect(abs(steady.wait - wait) < 1e-6)
    }

    @Test(
        "V16: 4 ms per task, exponential: prefetch 26 keeps the consumer busy 87.85 %, 31 for 95 %, 36 for 99 %, 51 always",
        arguments: [(26, 0.8785...0.8785), (31, 0.95...1), (36, 0.99...1), (51, 1.0...1)])
    func v16(prefetch: Int, utilisation: ClosedRange<Double>) async throws {
        let rounds = Vectors.full(5_000_000, else: 100_000) / prefetch
        let steady = try await steadyState(.exponential(mean: 4), prefetch: prefetch, delay: 50, rounds: rounds)
        let tolerance = Vectors.full(0.01, else: 0.03)
        #expect(steady.utilisation >= utilisation.lowerBound * (1 - tolerance))
        #expect(steady.utilisation <= utilisation.upperBound * (1 + tolerance))
        if prefetch == 51 { expect(steady.wait + 4, 104, within: tolerance) }
    }

    /// What a long run has more than a short one: the beginning is in both of them, and drops out.
    private func steadyState(
        _ service: Distribution, prefetch: Int, delay: Double, rounds: Int
    ) async throws -> (utilisation: Double, wait: Double) {
        var scenario = Scenario()
        scenario.nodes = [SimulatedNode()]
        scenario.arrivals = .atOnce
        scenario.service = service
        scenario.prefetch = prefetch
        scenario.networkDelay = delay
        scenario.tasks = prefetch * rounds / 10
        let short = try await scenario.run(.pull)
        let shortTasks = Double(scenario.tasks)
        scenario.tasks = prefetch * rounds
        let long = try await scenario.run(.pull)
        let tasks = Double(scenario.tasks)
        return (
            (long.totalWork - short.totalWork) / (long.makespan - short.makespan),
            (long.meanWait * tasks - short.meanWait * shortTasks) / (tasks - shortTasks)
        )
    }
}
