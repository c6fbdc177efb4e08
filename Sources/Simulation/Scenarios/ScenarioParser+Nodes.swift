/// Nodes and what goes wrong with them.
extension ScenarioParser {
    static let mostNodes = 1_000_000

    mutating func parseNodes(_ line: ScenarioLine) throws(ScenarioError) {
        guard !wasSaid("node"), !wasSaid("fault") else {
            throw line.error("their number comes after one of them", expected: "nodes before node and fault")
        }
        let count = try line.integer(at: 1, "a number of nodes, 1 to a million", in: 1...Self.mostNodes)
        var node = SimulatedNode()
        try parseProperties(line, of: &node)
        scenario.nodes = Array(repeating: node, count: count)
    }

    mutating func parseNode(_ line: ScenarioLine) throws(ScenarioError) {
        let indices = try nodes(line)
        _ = try line.word(at: 2, Self.properties)
        for index in indices { try parseProperties(line, of: &scenario.nodes[index]) }
    }

    private static let properties = "speed NUMBER, parallel NUMBER|unlimited or weight NUMBER"

    private func parseProperties(_ line: ScenarioLine, of node: inout SimulatedNode) throws(ScenarioError) {
        var place = 2
        while place < line.words.count {
            switch line.words[place] {
            case "speed": node.speed = try line.number(at: place + 1, "a speed above 0", in: 1e-6...1e6)
            case "weight": node.weight = try line.number(at: place + 1, "a weight from 0", in: 0...1e6)
            case "parallel": node.parallelism = try parallelism(line, at: place + 1)
            default: throw line.unfit(line.words[place], Self.properties)
            }
            place += 2
        }
    }

    private func parallelism(_ line: ScenarioLine, at place: Int) throws(ScenarioError) -> Int? {
        let what = "a number of tasks from 1, or unlimited"
        if try line.word(at: place, what) == "unlimited" { return nil }
        return try line.integer(at: place, what, in: 1...Int(Int32.max - 1))
    }

    /// `3` or `2..4`, which count from 1.
    private func nodes(_ line: ScenarioLine) throws(ScenarioError) -> Range<Int> {
        let what = "a node from 1 to \(scenario.nodes.count), or some as in 1..3"
        let word = try line.word(at: 1, what)
        let ends = word.components(around: "..")
        guard let first = Int(ends.0), let last = Int(ends.1 ?? ends.0),
            first >= 1, first <= last, last <= scenario.nodes.count
        else { throw line.unfit(word, what) }
        return first - 1..<last
    }

    mutating func parseFault(_ line: ScenarioLine) throws(ScenarioError) {
        let indices = try nodes(line)
        let what = "slow FACTOR, down, paused or blocked, and then FROM..TO"
        let word = try line.word(at: 2, what)
        var place = 3
        let kind: Fault.Kind
        switch word {
        case "down": kind = .down
        case "paused": kind = .paused
        case "blocked": kind = .blocked
        case "slow":
            kind = .slow(try line.number(at: 3, "how many times slower", in: 1e-6...1e6))
            place = 4
        default: throw line.unfit(word, what)
        }
        let (from, until) = try period(line, at: place)
        try line.end(after: place + 1)
        scenario.faults += indices.map { Fault(node: $0, kind, from: from, until: until) }
    }

    /// `30..60`, or `30..` for what stays.
    private mutating func period(_ line: ScenarioLine, at place: Int) throws(ScenarioError) -> (Double, Double) {
        let what = "a period such as 30..60 or 15s..45s, or 30.. for ever"
        let word = try line.word(at: place, what)
        let ends = word.components(around: "..")
        guard let second = ends.1, let from = ScenarioTime(ends.0), from.value >= 0 else {
            throw line.unfit(word, what)
        }
        try check(from, line)
        if second.isEmpty { return (from.value, .infinity) }
        guard let until = ScenarioTime(second), until.value > from.value else { throw line.unfit(word, what) }
        try check(until, line)
        return (from.value, until.value)
    }
}

extension Substring {
    /// What is before and after a separator; nothing after if it is not there.
    fileprivate func components(around separator: String) -> (Substring, Substring?) {
        guard let range = firstRange(of: separator) else { return (self, nil) }
        return (self[..<range.lowerBound], self[range.upperBound...])
    }
}
