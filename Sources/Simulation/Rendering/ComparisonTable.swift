/// A comparison as a table for the terminal.
public struct ComparisonTable: CustomStringConvertible, Sendable {
    public var scenario: Scenario
    public var rows: [ComparisonRow]

    public init(_ scenario: Scenario, rows: [ComparisonRow]) {
        self.scenario = scenario
        self.rows = rows
    }

    public var description: String {
        let columns = columns
        let lines = [columns.map(\.title)] + rows.map { row in columns.map { $0.text(row) } }
        let widths = columns.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { cells in
            zip(cells, widths).enumerated().map { column, cell in
                let space = String(repeating: " ", count: cell.1 - cell.0.count)
                return column == 0 ? cell.0 + space : space + cell.0
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }

    private struct Column {
        var title: String
        var text: (ComparisonRow) -> String
    }

    private var columns: [Column] {
        var columns = [
            Column(title: "strategy") { $0.contender.name },
            Column(title: "mean") { scenario.text($0.meanResponse) },
            Column(title: "p50") { scenario.text($0.p50.mean) },
            Column(title: "p99") { scenario.text($0.p99.mean) },
            Column(title: "p99.9") { scenario.text($0.p999.mean) },
        ]
        if let limit = scenario.limit {
            let title = "within \(scenario.text(limit))"
            columns.append(Column(title: title) { $0.success.map { NumberText.percent($0.mean) } ?? "-" })
        }
        columns += [
            Column(title: "makespan") { scenario.text($0.makespan.mean) },
            Column(title: "efficiency") { $0.efficiency.map { NumberText.fixed($0.mean, digits: 3) } ?? "-" },
            Column(title: "fairness") { NumberText.fixed($0.fairness.mean, digits: 3) },
            Column(title: "lost") { NumberText.short($0.lost.mean) },
            Column(title: "twice") { NumberText.short($0.duplicated.mean) },
        ]
        return columns
    }
}
