/// Lines with one value.
extension ScenarioParser {
    func single(_ line: ScenarioLine, _ what: String, in range: ClosedRange<Int>) throws(ScenarioError) -> Int {
        try line.end(after: 2)
        return try line.integer(at: 1, what, in: range)
    }

    mutating func singleTime(_ line: ScenarioLine) throws(ScenarioError) -> Double {
        try line.end(after: 2)
        return try time(line, at: 1)
    }

    func parseSwitch(_ line: ScenarioLine) throws(ScenarioError) -> Bool {
        try line.end(after: 2)
        let word = try line.word(at: 1, "on or off")
        switch word {
        case "on": return true
        case "off": return false
        default: throw line.unfit(word, "on or off")
        }
    }

    mutating func parseLoad(_ line: ScenarioLine) throws(ScenarioError) {
        guard !wasSaid("rate") else { throw line.error("there is a rate already", expected: "a load or a rate") }
        try line.end(after: 2)
        scenario.demand = .load(try line.number(at: 1, "a load such as 0.9", in: 1e-6...1e6))
    }

    mutating func parseRate(_ line: ScenarioLine) throws(ScenarioError) {
        guard !wasSaid("load") else { throw line.error("there is a load already", expected: "a load or a rate") }
        try line.end(after: 2)
        scenario.demand = .rate(try line.number(at: 1, "tasks per unit of time", in: 1e-9...1e12))
    }

    mutating func parseWarmUp(_ line: ScenarioLine) throws(ScenarioError) {
        let what = "a part of the tasks such as 10% or 0.1"
        try line.end(after: 2)
        let word = try line.word(at: 1, what)
        let isPercent = word.hasSuffix("%")
        guard let number = ScenarioLine.number(isPercent ? word.dropLast() : word) else { throw line.unfit(word, what) }
        let part = isPercent ? number / 100 : number
        guard (0..<1).contains(part) else { throw line.unfit(word, what) }
        scenario.warmUp = .part(part)
    }

    mutating func parseStrategies(_ line: ScenarioLine) throws(ScenarioError) {
        let expected = "some of \(UnknownContender.names)"
        _ = try line.word(at: 1, expected)
        for word in line.words.dropFirst() {
            guard let contender = try? Contender(word) else {
                throw line.error("there is no strategy \"\(word)\"", expected: expected)
            }
            guard !scenario.strategies.contains(contender) else {
                throw line.error("\"\(word)\" is there twice", expected: "it once")
            }
            scenario.strategies.append(contender)
        }
    }
}
