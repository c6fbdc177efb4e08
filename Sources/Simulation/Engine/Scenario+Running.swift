public import LoadBalancing

extension Scenario {
    /// Runs it once.
    ///
    /// - Parameter progress: Told the part that is done, from 0 to 1, several times a second.
    /// - Throws: ``ScenarioError`` if it cannot be simulated; `CancellationError` if the Swift task was cancelled.
    public func run(
        _ contender: Contender, seed: UInt64, progress: (Double) -> Void = { _ in }
    ) async throws -> RunReport {
        try validate()
        let maker = EngineMaker(scenario: self, seed: seed)
        switch contender {
        case .strategy(let name): return try await drive(name.accept(maker), progress)
        case .pull: return try await drive(maker.makePull(), progress)
        }
    }

    /// Runs it once, with a strategy of the caller's.
    public func run(
        _ strategy: some Strategy, seed: UInt64, progress: (Double) -> Void = { _ in }
    ) async throws -> RunReport {
        try validate()
        return try await drive(EngineMaker(scenario: self, seed: seed).visit(strategy), progress)
    }

    private func drive(_ engine: any RunningEngine, _ progress: (Double) -> Void) async throws -> RunReport {
        var engine = engine
        while engine.advance(events: 1 << 18) {
            progress(engine.progress)
            await Task.yield()
            try Task.checkCancellation()
        }
        return engine.report()
    }
}

/// An engine for any strategy. Many events pass in one call, so that it costs nothing not to know for which.
protocol RunningEngine {
    var progress: Double { get }

    /// - Returns: Whether there is more to come.
    mutating func advance(events: Int) -> Bool

    func report() -> RunReport
}

extension Engine: RunningEngine {}

private struct EngineMaker: StrategyVisitor {
    let scenario: Scenario
    let seed: UInt64

    func visit(_ strategy: some Strategy) -> any RunningEngine {
        let weights = scenario.nodes.map(\.weight)
        guard scenario.hasHealth else {
            return Engine(scenario, seed: seed, dispatcher: WithoutHealth(strategy, weights: weights))
        }
        return Engine(scenario, seed: seed, dispatcher: Balancer(strategy, weights: weights, seed: seed))
    }

    func makePull() -> any RunningEngine {
        let credits = scenario.nodes.map { scenario.prefetch ?? $0.parallelism ?? .max }
        return Engine(scenario, seed: seed, dispatcher: SharedQueue(credits: credits))
    }
}
