import LoadBalancing
import Simulation
import Testing

@Suite struct DeterminismTests {
    @Test("The same seed gives the same report to the last bit, another one another report")
    func seeds() async throws {
        var scenario = try #require(NamedScenario["outage"]).scenario()
        scenario.tasks = 3000
        for contender in ConservationTests.everyone {
            let report = try await scenario.run(contender, seed: 3)
            #expect(try await scenario.run(contender, seed: 3) == report)
            #expect(try await scenario.run(contender, seed: 4) != report)
        }
    }

    @Test("Every strategy is given the same tasks")
    func sameTasks() async throws {
        let scenario = Vectors.equal(10, load: 0.5, tasks: 2000)
        let work = try await scenario.run(.random).totalWork
        for name in StrategyName.allCases { expect(try await scenario.run(name).totalWork, work, within: 1e-12) }
    }

    @Test("A comparison can be cancelled and tells how far it is")
    func cancellation() async throws {
        let scenario = Vectors.equal(10, load: 0.5, tasks: 1_000_000_000)
        let task = Task {
            try await Comparison(scenario).run { _ in withUnsafeCurrentTask { $0?.cancel() } }
        }
        await #expect(throws: CancellationError.self) { try await task.value }

        var fractions: [Double] = []
        var small = Vectors.equal(10, load: 0.5, tasks: 300_000)
        small.seeds = 2
        let rows = try await Comparison(small, contenders: [.pull]).run { fractions.append($0.fraction) }
        #expect(rows.map(\.reports.count) == [2])
        #expect(fractions.count >= 2 && fractions == fractions.sorted())
        #expect(fractions.allSatisfy { (0...1).contains($0) })
    }
}
