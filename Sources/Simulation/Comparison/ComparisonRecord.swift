/// A row of a comparison for programs, as `warren simulate --json` prints it.
///
/// Times are in units of the mean service time, and all numbers are means over the runs.
public struct ComparisonRecord: Codable, Hashable, Sendable {
    public var strategy: String
    public var nodes: Int
    /// `null` if the nodes could do everything at the same time.
    public var load: Double?
    /// Of one run.
    public var tasks: Int
    public var meanResponse: Double
    public var p50: Double
    public var p99: Double
    public var p999: Double
    public var totalWork: Double
    public var makespan: Double
    /// `null` if a node has no limit to what it does at a time.
    public var efficiency: Double?
    public var lost: Double
    public var duplicated: Double

    public init(_ row: ComparisonRow, of scenario: Scenario) {
        let unit = scenario.service.mean
        strategy = row.contender.name
        nodes = scenario.nodes.count
        load = scenario.load
        tasks = row.reports.first?.tasks ?? 0
        meanResponse = row.meanResponse.mean / unit
        p50 = row.p50.mean / unit
        p99 = row.p99.mean / unit
        p999 = row.p999.mean / unit
        totalWork = row.totalWork.mean / unit
        makespan = row.makespan.mean / unit
        efficiency = row.efficiency?.mean
        lost = row.lost.mean
        duplicated = row.duplicated.mean
    }
    /// Always all keys: what is not known is `null`, not missing.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(strategy, forKey: .strategy)
        try container.encode(nodes, forKey: .nodes)
        try container.encode(load, forKey: .load)
        try container.encode(tasks, forKey: .tasks)
        try container.encode(meanResponse, forKey: .meanResponse)
        try container.encode(p50, forKey: .p50)
        try container.encode(p99, forKey: .p99)
        try container.encode(p999, forKey: .p999)
        try container.encode(totalWork, forKey: .totalWork)
        try container.encode(makespan, forKey: .makespan)
        try container.encode(efficiency, forKey: .efficiency)
        try container.encode(lost, forKey: .lost)
        try container.encode(duplicated, forKey: .duplicated)
    }
}
