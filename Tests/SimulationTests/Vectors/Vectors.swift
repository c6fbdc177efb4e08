import LoadBalancing
import Simulation
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// With WARREN_SLOW_TESTS=1, which needs a release build, the vectors are checked as they stand in the table. Without,
/// they are checked with fewer tasks, at a lower load where queues settle sooner, and with a wider tolerance.
enum Vectors {
    static let isFull = ProcessInfo.processInfo.environment["WARREN_SLOW_TESTS"] == "1"

    static func full<Value>(_ value: Value, else quick: Value) -> Value { isFull ? value : quick }

    /// Equal nodes of speed 1, exponential service with mean 1, Poisson arrivals.
    static func equal(_ nodes: Int, load: Double, tasks: Int) -> Scenario {
        var scenario = Scenario()
        scenario.nodes = Array(repeating: SimulatedNode(), count: nodes)
        scenario.demand = .load(load)
        scenario.tasks = tasks
        return scenario
    }
}

extension Scenario {
    func run(_ contender: Contender) async throws -> RunReport { try await run(contender, seed: 2) }
    func run(_ name: StrategyName) async throws -> RunReport { try await run(.strategy(name), seed: 2) }
    func run(_ strategy: some Strategy) async throws -> RunReport { try await run(strategy, seed: 2) }
}

/// - Parameter tolerance: Relative.
func expect(
    _ value: Double, _ expected: Double, within tolerance: Double, sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(
        abs(value / expected - 1) <= tolerance, "\(value) instead of \(expected) ± \(tolerance * 100) %",
        sourceLocation: sourceLocation)
}
