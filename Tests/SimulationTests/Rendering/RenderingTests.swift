import Foundation
import LoadBalancing
import Simulation
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite struct RenderingTests {
    let scenario: Scenario
    let rows: [ComparisonRow]

    init() async throws {
        var scenario = try #require(NamedScenario["slow-period"]).scenario()
        scenario.summary = "Faster < slower & \"quoted\""
        scenario.tasks = 2000
        scenario.seeds = 3
        self.scenario = scenario
        rows = try await Comparison(scenario, contenders: [.strategy(.roundRobin), .strategy(.adaptive), .pull]).run()
    }

    @Test func table() {
        let lines = ComparisonTable(scenario, rows: rows).description.split(separator: "\n")
        #expect(lines.count == 4)
        #expect(lines[0].hasPrefix("strategy"))
        #expect(lines[0].contains("within 1.00 s"))
        #expect(lines[1].hasPrefix("round-robin "))
        #expect(lines[1].contains("± ") && lines[1].contains(" ms"))
        #expect(Set(lines.map(\.count)).count == 1)
    }

    @Test(arguments: [20, 60, 80, 200]) func bars(width: Int) {
        let bars = BarChart(scenario, rows: rows, width: width).description.split(separator: "\n")
        #expect(bars.count == 6)
        #expect(bars[0].hasPrefix("round-robin mean "))
        #expect(bars[0].contains("█"))
        #expect(bars.allSatisfy { $0.count <= max(width, 40) })
        let plain = BarChart(scenario, rows: rows, width: width, isASCII: true).description
        #expect(plain.allSatisfy { $0.isASCII })
        #expect(plain.contains("#"))
    }

    @Test("Bars of a strategy that fails are cut, with a mark and the value")
    func cut() throws {
        var failing = try #require(rows.first)
        for index in failing.reports.indices {
            failing.reports[index].p99 = 1e6
            failing.reports[index].meanResponse = .infinity
        }
        let rows = [failing] + rows.dropFirst()
        let bars = BarChart(scenario, rows: rows).description
        #expect(bars.contains("▶ 1000000 s"))
        let svg = SVGChart(scenario, rows: rows).description
        #expect(svg.contains("… 1000000 s") && svg.contains("<path class=\"cut\""))
    }

    @Test func svgIsWellFormed() {
        let svg = SVGChart(scenario, rows: rows).description
        let counter = ElementCounter()
        let parser = XMLParser(data: Data(svg.utf8))
        parser.delegate = counter
        #expect(parser.parse(), "\(String(describing: parser.parserError))")
        // The paper, two in the legend, and two per strategy.
        #expect(counter.counts["rect"] == 3 + 2 * 3)
        #expect(counter.counts["path"] == 2 * 3)
        #expect(svg.contains("prefers-color-scheme: dark"))
        #expect(svg.contains("Faster &lt; slower &amp;"))
        let empty = XMLParser(data: Data(SVGChart(scenario, rows: []).description.utf8))
        #expect(empty.parse())
    }

    @Test func json() async throws {
        var scenario = scenario
        scenario.nodes = scenario.nodes.map { _ in SimulatedNode(parallelism: 100) }
        let row = try #require(await Comparison(scenario, contenders: [.strategy(.roundRobin)]).run().first)
        let data = try JSONEncoder().encode(ComparisonRecord(row, of: scenario))
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let keys = [
            "strategy", "nodes", "load", "tasks", "meanResponse", "p50", "p99", "p999", "totalWork", "makespan",
            "efficiency", "lost", "duplicated",
        ]
        #expect(Set(object.keys) == Set(keys))
        #expect(object["strategy"] as? String == "round-robin")
        #expect(object["nodes"] as? Int == 11)
        // In units of the mean service time, of which hardly anybody waits for more than one.
        expect(try #require(object["p50"] as? Double), 1, within: 0.02)
    }
}

private final class ElementCounter: NSObject, XMLParserDelegate {
    var counts: [String: Int] = [:]

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        counts[name, default: 0] += 1
    }
}
