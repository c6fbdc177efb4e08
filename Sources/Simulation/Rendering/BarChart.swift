/// A comparison as bars for the terminal: mean and 99th percentile of the response time.
public struct BarChart: CustomStringConvertible, Sendable {
    public var scenario: Scenario
    public var rows: [ComparisonRow]
    /// Columns of the terminal.
    public var width: Int
    /// Without Unicode's blocks.
    public var isASCII: Bool

    public init(_ scenario: Scenario, rows: [ComparisonRow], width: Int = 80, isASCII: Bool = false) {
        self.scenario = scenario
        self.rows = rows
        self.width = width
        self.isASCII = isASCII
    }

    public var description: String {
        let scale = ChartScale(rows)
        let names = rows.map(\.contender.name)
        let nameWidth = names.map(\.count).max() ?? 0
        let values = rows.map { (scenario.text($0.meanResponse.mean), scenario.text($0.p99.mean)) }
        let valueWidth = values.flatMap { [$0.0.count, $0.1.count] }.max() ?? 0
        let barWidth = max(8, width - nameWidth - valueWidth - 8)
        return zip(rows, values).flatMap { row, texts in
            let name = row.contender.name
            let indent = String(repeating: " ", count: nameWidth)
            let mean = bar(row.meanResponse.mean, scale, barWidth)
            let tail = bar(row.p99.mean, scale, barWidth)
            return [
                "\(name)\(indent.dropFirst(name.count)) mean \(mean) \(texts.0)",
                "\(indent)  p99 \(tail) \(texts.1)",
            ]
        }.joined(separator: "\n")
    }

    private func bar(_ value: Double, _ scale: ChartScale, _ width: Int) -> String {
        if scale.isCut(value) {
            return String(repeating: isASCII ? "#" : "█", count: width - 1) + (isASCII ? ">" : "▶")
        }
        let eighths = Int((scale.part(value) * Double(width * 8)).rounded())
        if isASCII { return String(repeating: "#", count: max(1, (eighths + 4) / 8)) }
        let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
        return eighths == 0 ? "▏" : String(repeating: "█", count: eighths / 8) + rest
    }
}
