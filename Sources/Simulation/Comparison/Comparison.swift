internal import LoadBalancing

/// Runs a scenario with several ways to share work: the same tasks for each of them, and several times with other ones.
public struct Comparison: Sendable {
    public var scenario: Scenario
    public var contenders: [Contender]
    /// Of the first run; the others have the numbers after it.
    public var seed: UInt64

    /// - Parameter contenders: Those that the scenario names, or the standard ones, if `nil`.
    public init(_ scenario: Scenario, contenders: [Contender]? = nil, seed: UInt64 = 1) {
        self.scenario = scenario
        let named = scenario.strategies.isEmpty ? Contender.standard : scenario.strategies
        self.contenders = contenders ?? named
        self.seed = seed
    }

    public struct Progress: Hashable, Sendable {
        public var contender: Contender
        /// From 1.
        public var run: Int
        /// How much of everything is done, from 0 to 1.
        public var fraction: Double
    }

    /// - Parameter progress: Called several times a second.
    /// - Returns: One row for each contender, in their order.
    /// - Throws: ``ScenarioError`` if that cannot be simulated; `CancellationError` if the Swift task was cancelled.
    public func run(progress: (Progress) -> Void = { _ in }) async throws -> [ComparisonRow] {
        try scenario.validate()
        var rows: [ComparisonRow] = []
        let runs = max(1, scenario.seeds)
        for contender in contenders {
            var reports: [RunReport] = []
            for run in 0..<runs {
                let done = Double(rows.count * runs + run)
                let all = Double(contenders.count * runs)
                let report = try await scenario.run(contender, seed: seed &+ UInt64(run)) { fraction in
                    progress(Progress(contender: contender, run: run + 1, fraction: (done + fraction) / all))
                }
                reports.append(report)
            }
            rows.append(ComparisonRow(contender, reports: reports))
        }
        return rows
    }
}
