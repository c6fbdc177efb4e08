/// A comparison as a picture: mean and 99th percentile of the response time, with confidence intervals.
///
/// The colours follow the reader's light or dark mode.
public struct SVGChart: CustomStringConvertible, Sendable {
    public var title: String
    public var scenario: Scenario
    public var rows: [ComparisonRow]

    /// - Parameter title: The scenario's summary, if `nil`.
    public init(_ scenario: Scenario, rows: [ComparisonRow], title: String? = nil) {
        self.title = title ?? scenario.summary
        self.scenario = scenario
        self.rows = rows
    }

    private static let left = 150.0
    private static let barsWidth = 440.0
    private static let width = 720.0
    private static let titleHeight = 20.0
    private static let legendHeight = 50.0
    private static let rowHeight = 46.0
    private static let barHeight = 14.0
    private static let axisHeight = 56.0
    /// Of bold letters that are 15 high, in the widest of the usual fonts.
    private static let titleLetters = 72

    public var description: String {
        let scale = ChartScale(rows)
        let titleLines = Self.wrap(title)
        let legendTop = 16 + Double(titleLines.count) * Self.titleHeight
        let top = legendTop + Self.legendHeight
        let bottom = top + Double(rows.count) * Self.rowHeight
        var lines = [
            """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Self.n(Self.width)) \(Self.n(bottom + Self.axisHeight))" role="img" \
            font-family="system-ui, sans-serif" font-size="13">
            """,
            "<title>\(Self.escape(title))</title>",
            Self.style,
            "<rect class=\"paper\" width=\"100%\" height=\"100%\"/>",
        ]
        lines += titleLines.enumerated().map { index, line in
            let y = Self.n(28 + Double(index) * Self.titleHeight)
            let style = "font-size=\"15\" font-weight=\"600\""
            return "<text class=\"ink\" x=\"16\" y=\"\(y)\" \(style)>\(Self.escape(line))</text>"
        }
        lines += legend(y: legendTop)
        lines += axis(scale, top: top - 6, bottom: bottom)
        for (index, row) in rows.enumerated() {
            lines += bars(of: row, scale, y: top + Double(index) * Self.rowHeight)
        }
        lines.append("</svg>")
        return lines.joined(separator: "\n") + "\n"
    }

    private static let style = """
        <style>
        .paper { fill: #ffffff } .cut { stroke: #ffffff; stroke-width: 3 } .ink { fill: #1f2328 } .quiet { fill: #59636e } .grid { stroke: #d1d9e0 }
        .mean { fill: #2f6fde } .tail { fill: #a9c6f5 } .whisker { stroke: #1f2328 }
        @media (prefers-color-scheme: dark) {
        .paper { fill: #0d1117 } .cut { stroke: #0d1117 } .ink { fill: #e6edf3 } .quiet { fill: #9198a1 } .grid { stroke: #3d444d }
        .mean { fill: #6ea8ff } .tail { fill: #2c4a7c } .whisker { stroke: #e6edf3 }
        }
        </style>
        """

    private func legend(y: Double) -> [String] {
        [
            "<rect class=\"mean\" x=\"16\" y=\"\(Self.n(y + 6))\" width=\"12\" height=\"12\"/>",
            "<text class=\"quiet\" x=\"34\" y=\"\(Self.n(y + 17))\">mean response time</text>",
            "<rect class=\"tail\" x=\"196\" y=\"\(Self.n(y + 6))\" width=\"12\" height=\"12\"/>",
            "<text class=\"quiet\" x=\"214\" y=\"\(Self.n(y + 17))\">99th percentile (whiskers: 95 % confidence)</text>",
        ]
    }

    private func axis(_ scale: ChartScale, top: Double, bottom: Double) -> [String] {
        let lines = scale.ticks.flatMap { tick in
            let x = Self.n(Self.left + Self.barsWidth * scale.part(tick))
            return [
                "<line class=\"grid\" x1=\"\(x)\" y1=\"\(Self.n(top))\" x2=\"\(x)\" y2=\"\(Self.n(bottom))\"/>",
                """
                <text class="quiet" x="\(x)" y="\(Self.n(bottom + 18))" text-anchor="middle">\(scenario.tickText(tick))</text>
                """,
            ]
        }
        guard scenario.unit == .arbitrary, scenario.service.mean == 1 else { return lines }
        let (x, y) = (Self.n(Self.left + Self.barsWidth / 2), Self.n(bottom + 40))
        let text = "1 is the mean time that a task takes"
        return lines + ["<text class=\"quiet\" x=\"\(x)\" y=\"\(y)\" text-anchor=\"middle\">\(text)</text>"]
    }

    private func bars(of row: ComparisonRow, _ scale: ChartScale, y: Double) -> [String] {
        let name = Self.escape(row.contender.name)
        let x = Self.n(Self.left - 10)
        return [
            "<text class=\"ink\" x=\"\(x)\" y=\"\(Self.n(y + 21))\" text-anchor=\"end\">\(name)</text>"
        ] + bar(row.meanResponse, "mean", scale, y: y) + bar(row.p99, "tail", scale, y: y + 16)
    }

    private func bar(_ value: Estimate, _ style: String, _ scale: ChartScale, y: Double) -> [String] {
        let length = Self.barsWidth * scale.part(value.mean)
        let isCut = scale.isCut(value.mean)
        let size = "width=\"\(Self.n(length))\" height=\"\(Self.n(Self.barHeight))\""
        var lines = ["<rect class=\"\(style)\" x=\"\(Self.n(Self.left))\" y=\"\(Self.n(y))\" \(size)/>"]
        if isCut { lines.append(cut(x: Self.left + length - 24, y: y)) }
        var end = length
        if let margin = value.margin, !isCut {
            let low = Self.barsWidth * scale.part(value.mean - margin)
            end = Self.barsWidth * scale.part(value.mean + margin)
            lines.append(whisker(from: low, to: end, y: y + 7))
        }
        let text = Self.escape((isCut ? "… " : "") + scenario.text(value.mean))
        let x = Self.n(Self.left + max(end, length) + 6)
        lines.append("<text class=\"ink\" x=\"\(x)\" y=\"\(Self.n(y + 11.5))\" font-size=\"11\">\(text)</text>")
        return lines
    }

    /// Two gaps that say that the bar is not to scale.
    private func cut(x: Double, y: Double) -> String {
        let path = [x, x + 7].map { x in
            "M\(Self.n(x)) \(Self.n(y + Self.barHeight + 1))L\(Self.n(x + 6)) \(Self.n(y - 1))"
        }
        return "<path class=\"cut\" d=\"\(path.joined())\" fill=\"none\"/>"
    }

    private func whisker(from low: Double, to high: Double, y: Double) -> String {
        let (low, high) = (Self.n(Self.left + low), Self.n(Self.left + high))
        let (top, middle, bottom) = (Self.n(y - 3), Self.n(y), Self.n(y + 3))
        let path = "M\(low) \(top)V\(bottom)M\(low) \(middle)H\(high)M\(high) \(top)V\(bottom)"
        return "<path class=\"whisker\" d=\"\(path)\" fill=\"none\"/>"
    }

    private static func n(_ value: Double) -> String { NumberText.fixed(value, digits: 1) }

    /// Lines that fit, if the words allow it.
    private static func wrap(_ text: String) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + word.count < titleLetters {
                lines[lines.count - 1] += " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }

    private static func escape(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
