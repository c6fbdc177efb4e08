internal import Simulation

/// What the numbers are about: what was simulated, how often, and in which unit times are.
struct SimulationHeader: CustomStringConvertible {
    private let comparison: Comparison

    init(_ comparison: Comparison) {
        self.comparison = comparison
    }

    var description: String {
        let scenario = comparison.scenario
        let runs = max(1, scenario.seeds)
        let seeds =
            runs == 1
            ? "one run with seed \(comparison.seed)"
            : "\(runs) runs from seed \(comparison.seed) on, with 95 % confidence intervals"
        let mean = scenario.service.mean
        let unit =
            switch scenario.unit {
            case .seconds: ""
            case .arbitrary where mean == 1: "; times in units of the mean service time"
            case .arbitrary: "; a task takes \((mean * 100).rounded() / 100) on average"
            }
        return "\(scenario.summary)\n\(scenario.tasks) tasks, \(seeds)\(unit)"
    }
}
