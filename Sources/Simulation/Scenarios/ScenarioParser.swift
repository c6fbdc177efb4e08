/// Reads a scenario line by line.
struct ScenarioParser {
    var scenario = Scenario()
    /// The keywords that were read, and where.
    private var seen: [Substring: Int] = [:]
    /// Where the first time was, and whether it had a unit.
    private var firstTime: (hasUnit: Bool, line: Int)?
    private let readFile: (String) throws -> String

    init(readFile: @escaping (String) throws -> String) {
        self.readFile = readFile
    }

    mutating func parse(_ text: some StringProtocol) throws(ScenarioError) -> Scenario {
        for line in ScenarioLine.lines(of: text) {
            let keyword = line.words[0]
            if keyword != "node", keyword != "fault", let first = seen[keyword] {
                throw line.error("\"\(keyword)\" was said in line \(first) already", expected: "it once")
            }
            try parse(line, keyword)
            seen[keyword] = line.number
        }
        scenario.unit = firstTime?.hasUnit == true ? .seconds : .arbitrary
        try scenario.validate()
        return scenario
    }

    private mutating func parse(_ line: ScenarioLine, _ keyword: Substring) throws(ScenarioError) {
        switch keyword {
        case "summary": scenario.summary = line.words.dropFirst().joined(separator: " ")
        case "nodes": try parseNodes(line)
        case "node": try parseNode(line)
        case "load": try parseLoad(line)
        case "rate": try parseRate(line)
        case "arrivals": try parseArrivals(line)
        case "service": try parseService(line)
        case "tasks": scenario.tasks = try single(line, "a number of tasks, 1 to a billion", in: 1...1_000_000_000)
        case "seeds": scenario.seeds = try single(line, "a number of runs, 1 to 1000", in: 1...1000)
        case "prefetch": scenario.prefetch = try single(line, "a number of tasks from 1", in: 1...1_000_000_000)
        case "delay": scenario.networkDelay = try singleTime(line)
        case "timeout": scenario.timeout = try singleTime(line)
        case "limit": scenario.limit = try singleTime(line)
        case "retries": scenario.retries = try single(line, "a number of retries, 0 to 255", in: 0...255)
        case "health": scenario.hasHealth = try parseSwitch(line)
        case "warmup": try parseWarmUp(line)
        case "fault": try parseFault(line)
        case "strategies": try parseStrategies(line)
        default: throw line.error("\"\(keyword)\" is not a keyword", expected: "one of " + Self.keywords)
        }
    }

    private static let keywords = """
        summary, nodes, node, load, rate, arrivals, service, tasks, delay, timeout, limit, prefetch, retries, health, \
        warmup, fault, strategies, seeds
        """

    func wasSaid(_ keyword: Substring) -> Bool { seen[keyword] != nil }

    func contents(ofFile path: String, for line: ScenarioLine) throws(ScenarioError) -> String {
        do {
            return try readFile(path)
        } catch {
            throw line.error("\(path) cannot be read: \(error)", expected: "a file with one task per line")
        }
    }

    /// All times with a unit or none: a scenario cannot mix seconds and whatever 1 means.
    mutating func time(_ line: ScenarioLine, at place: Int) throws(ScenarioError) -> Double {
        let time = try line.time(at: place)
        try check(time, line)
        return time.value
    }

    mutating func check(_ time: ScenarioTime, _ line: ScenarioLine) throws(ScenarioError) {
        guard time.value > 0 else { return }
        if let firstTime, firstTime.hasUnit != time.hasUnit {
            let (problem, expected) =
                time.hasUnit ? ("this time has a unit", "none") : ("this time has no unit", "a unit such as ms")
            throw line.error(problem, expected: "\(expected), as in line \(firstTime.line)")
        }
        if firstTime == nil { firstTime = (time.hasUnit, line.number) }
    }
}
