import LoadBalancing
import Simulation
import Testing

@Suite struct ReportTests {
    @Test func totalWorkMakespanAndEfficiency() async throws {
        var scenario = Scenario()
        scenario.nodes = [SimulatedNode(), SimulatedNode(speed: 0.5)]
        scenario.arrivals = .trace(Trace([4, 1, 1].map { TracedTask(arrivesAt: 0, work: $0) }))
        scenario.tasks = 3
        let report = try await scenario.run(.roundRobin)
        // Node 1: 4 and 1; node 2, half as fast: 1, which takes it 2.
        #expect(report.totalWork == 7)
        #expect(report.makespan == 5)
        #expect(report.efficiency == 0.7)
        #expect(report.nodes.map(\.tasks) == [2, 1])
        #expect(report.nodes.map(\.utilisation) == [1, 0.4])
        expect(report.fairness, 1.4 * 1.4 / (2 * 1.16), within: 1e-12)
        expect(report.meanResponse, (4 + 2 + 5) / 3.0, within: 1e-12)
        expect(report.meanWait, 4 / 3.0, within: 1e-12)
    }

    @Test func severalAtATimeAndTheNetwork() async throws {
        var scenario = Scenario()
        scenario.nodes = [SimulatedNode(parallelism: 2)]
        scenario.networkDelay = 10
        scenario.arrivals = .trace(Trace([1, 2, 3].map { TracedTask(arrivesAt: 0, work: $0) }))
        scenario.limit = 23
        let report = try await scenario.run(.random)
        // The third one starts when the first one ends.
        expect(report.meanResponse, (21 + 22 + 24) / 3.0, within: 1e-12)
        #expect(report.makespan == 14)
        expect(report.success ?? 0, 2 / 3.0, within: 1e-12)
        expect(report.nodes[0].utilisation, 6 / 2 / 14.0, within: 1e-12)
    }

    @Test("The confidence interval is Student's")
    func estimate() {
        let estimate = Estimate([1, 2, 3, 4, 5])
        #expect(estimate.mean == 3)
        expect(estimate.margin ?? 0, 2.776 * (2.5 / 5.0).squareRoot(), within: 1e-9)
        #expect(Estimate([7]).margin == nil)
        // 2.086 for 20 degrees of freedom.
        let many = Estimate((0...20).map { Double($0 % 2) })
        expect(many.margin ?? 0, 2.086 * (110 / 21.0 / 20 / 21).squareRoot(), within: 1e-3)
    }
}
