/// How one way to share work did in a scenario, over all its runs.
public struct ComparisonRow: Sendable {
    public var contender: Contender
    /// One per seed.
    public var reports: [RunReport]

    public init(_ contender: Contender, reports: [RunReport]) {
        self.contender = contender
        self.reports = reports
    }

    public var meanResponse: Estimate { estimate(\.meanResponse) }
    public var p50: Estimate { estimate(\.p50) }
    public var p99: Estimate { estimate(\.p99) }
    public var p999: Estimate { estimate(\.p999) }
    public var totalWork: Estimate { estimate(\.totalWork) }
    public var makespan: Estimate { estimate(\.makespan) }
    public var fairness: Estimate { estimate(\.fairness) }
    public var lost: Estimate { Estimate(reports.map { Double($0.lost) }) }
    public var duplicated: Estimate { Estimate(reports.map { Double($0.duplicated) }) }

    /// `nil` if a node has no limit to what it does at a time.
    public var efficiency: Estimate? { estimateIfKnown(\.efficiency) }

    /// The part of the tasks that were answered in time; `nil` if the scenario has no limit.
    public var success: Estimate? { estimateIfKnown(\.success) }

    private func estimate(_ value: (RunReport) -> Double) -> Estimate {
        Estimate(reports.map(value))
    }

    private func estimateIfKnown(_ value: (RunReport) -> Double?) -> Estimate? {
        let values = reports.compactMap(value)
        return values.isEmpty ? nil : Estimate(values)
    }
}
