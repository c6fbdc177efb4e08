import LoadBalancing
import Testing

@testable import Simulation

@Suite struct ChartScaleTests {
    @Test("Ticks are round, four to ten of them after 0", arguments: [1e-6, 0.02, 0.3, 1, 7.9, 8, 39, 41, 1e9])
    func ticks(end: Double) async throws {
        let report = try await Vectors.equal(1, load: 0.5, tasks: 10).run(.random)
        var row = ComparisonRow(.pull, reports: [report])
        row.reports[0].p99 = end
        row.reports[0].meanResponse = end / 2
        let scale = ChartScale([row])
        #expect(scale.end == end)
        #expect((5...11).contains(scale.ticks.count))
        #expect(scale.ticks[0] == 0 && scale.ticks.allSatisfy { $0 <= end })
        #expect(!scale.isCut(end) && scale.isCut(2 * end) && scale.isCut(.nan))
    }

    @Test("No rows, no matter")
    func empty() {
        #expect(ChartScale([]).end == 1)
        #expect(ChartScale([]).part(.nan) >= 0)
    }

    @Test(arguments: [
        (0.0, "0"), (0.5, "0.5"), (2, "2"), (10, "10"), (12.5, "12.5"), (200, "200"),
    ]) func roundTimesAreShort(_ time: Double, _ text: String) {
        #expect(Scenario().tickText(time) == text)
    }

    @Test func roundTimesKeepTheirUnit() {
        var scenario = Scenario()
        scenario.unit = .seconds
        #expect([0, 0.5, 1.5, 20].map(scenario.tickText) == ["0 s", "500 ms", "1.5 s", "20 s"])
    }
}
