/// Which tasks come, and how long they take.
extension ScenarioParser {
    mutating func parseArrivals(_ line: ScenarioLine) throws(ScenarioError) {
        let what = "poisson, regular, once, batches SIZE, bursts ON OFF or trace FILE"
        let kind = try line.word(at: 1, what)
        var length = 2
        switch kind {
        case "poisson": scenario.arrivals = .poisson
        case "regular": scenario.arrivals = .regular
        case "once": scenario.arrivals = .atOnce
        case "batches":
            length = 3
            scenario.arrivals = .batches(of: try line.integer(at: 2, "a number of tasks from 1", in: 1...1_000_000_000))
        case "bursts":
            length = 4
            let (on, off) = (try time(line, at: 2), try time(line, at: 3))
            guard on > 0 else { throw line.error("bursts without a length", expected: "a time above 0") }
            scenario.arrivals = .bursts(on: on, off: off)
        case "trace":
            length = 3
            let path = String(try line.word(at: 2, "a file with one task per line"))
            scenario.arrivals = .trace(try parseTrace(path, line))
        default: throw line.unfit(kind, what)
        }
        try line.end(after: length)
    }

    private func parseTrace(_ path: String, _ line: ScenarioLine) throws(ScenarioError) -> Trace {
        let text = try contents(ofFile: path, for: line)
        do {
            return try Trace(parsing: text)
        } catch {
            throw line.error("\(path), line \(error.line): \(error.problem)", expected: error.expected)
        }
    }

    mutating func parseService(_ line: ScenarioLine) throws(ScenarioError) {
        let what = """
            exponential MEAN, constant TIME, uniform FROM TO, normal MEAN DEVIATION, lognormal MEAN CV, \
            hyperexponential MEAN CV or pareto SHAPE FROM TO
            """
        let kind = try line.word(at: 1, what)
        let ratio = 0.0...1e6
        switch kind {
        case "exponential": scenario.service = .exponential(mean: try time(line, at: 2))
        case "constant": scenario.service = .constant(try time(line, at: 2))
        case "uniform": scenario.service = .uniform(from: try time(line, at: 2), to: try time(line, at: 3))
        case "normal": scenario.service = .normal(mean: try time(line, at: 2), deviation: try time(line, at: 3))
        case "lognormal":
            let variation = try line.number(at: 3, "a coefficient of variation", in: ratio)
            scenario.service = .logNormal(mean: try time(line, at: 2), variation: variation)
        case "hyperexponential":
            let variation = try line.number(at: 3, "a coefficient of variation from 1", in: 1...1e6)
            scenario.service = .hyperExponential(mean: try time(line, at: 2), variation: variation)
        case "pareto":
            let shape = try line.number(at: 2, "a shape above 0", in: 1e-6...1e6)
            scenario.service = .pareto(shape: shape, from: try time(line, at: 3), to: try time(line, at: 4))
        default: throw line.unfit(kind, what)
        }
        try line.end(after: scenario.service.parameters + 2)
        guard scenario.service.isValid else {
            throw line.error("no task can take such a time", expected: "times above 0, the smaller one first")
        }
    }
}

extension Distribution {
    /// How many numbers it takes to say it.
    fileprivate var parameters: Int {
        switch self {
        case .constant, .exponential: 1
        case .uniform, .normal, .logNormal, .hyperExponential: 2
        case .pareto: 3
        }
    }
}
