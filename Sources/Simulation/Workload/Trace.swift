/// Tasks as they were recorded, in the order in which they came.
public struct Trace: Hashable, Sendable {
    public var tasks: [TracedTask]

    public init(_ tasks: [TracedTask]) {
        self.tasks = tasks.sorted { $0.arrivesAt < $1.arrivesAt }
    }

    /// Reads one task per line: when it came and, optionally, how long it takes, with spaces or a comma between.
    ///
    /// Empty lines and what follows a `#` are skipped. Times are as in a scenario: `0.25`, `250ms`.
    public init(parsing text: some StringProtocol) throws(ScenarioError) {
        var tasks: [TracedTask] = []
        for line in ScenarioLine.lines(of: text, separators: " \t,") {
            guard (1...2).contains(line.words.count) else {
                throw line.error("\(line.words.count) columns", expected: "TIME [SERVICE]")
            }
            let arrivesAt = try line.time(at: 0).value
            let work = line.words.count == 2 ? try line.time(at: 1).value : nil
            tasks.append(TracedTask(arrivesAt: arrivesAt, work: work))
        }
        self.init(tasks)
    }
}

public struct TracedTask: Hashable, Sendable {
    public var arrivesAt: Double
    /// Service time on a node of speed 1; `nil` if it is drawn.
    public var work: Double?

    public init(arrivesAt: Double, work: Double? = nil) {
        self.arrivesAt = arrivesAt
        self.work = work
    }
}
