internal import ArgumentParser
internal import Simulation

/// Which nodes and tasks are imagined.
struct ScenarioOptions: ParsableArguments, Sendable {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "A ready-made scenario (see --list), or a file with one (see --show). Without it: ten equal nodes.",
            valueName: "name|file"))
    var scenario: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "This many nodes: the scenario's first ones, and more like its first one if it has not enough.",
            valueName: "n"))
    var nodes: Int?

    @Option(
        name: .long,
        help: ArgumentHelp("The part of what all nodes can do that is asked of them, as 0.9.", valueName: "r"))
    var load: Double?

    @Option(name: .long, help: ArgumentHelp("Tasks in a run; 100000 without a scenario.", valueName: "n"))
    var tasks: Int?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Runs with different random numbers; from 2 on there are 95 % confidence intervals.",
            discussion: "Without a scenario 5, or 1 with --tasks.", valueName: "n"))
    var seeds: Int?

    @Option(name: .long, help: ArgumentHelp("Of the first run; the same seed gives the same numbers.", valueName: "k"))
    var seed: UInt64 = 1

    mutating func validate() throws {
        if let nodes, !(1...1_000_000).contains(nodes) { throw ValidationError("--nodes is from 1 to 1000000") }
        if let load, !(1e-6...1e6).contains(load) { throw ValidationError("--load is a number above 0, as 0.9") }
        if let tasks, !(1...1_000_000_000).contains(tasks) {
            throw ValidationError("--tasks is from 1 to 1000000000")
        }
        if let seeds, !(1...1000).contains(seeds) { throw ValidationError("--seeds is from 1 to 1000") }
    }

    /// The scenario with what the other options change in it.
    func chosen() throws -> Scenario {
        var chosen = try scenario.map { try ScenarioSource($0).scenario() } ?? standard
        if let nodes { chosen.setNodeCount(nodes) }
        if let load {
            switch chosen.arrivals {
            case .atOnce, .trace:
                throw CommandFailure.notRun("--load says nothing here: when the tasks come is given by the scenario")
            case .poisson, .regular, .batches, .bursts: chosen.demand = .load(load)
            }
        }
        if let tasks { chosen.tasks = tasks }
        if let seeds { chosen.seeds = seeds }
        chosen.summary = summary(of: chosen)
        return chosen
    }

    /// What there is without a scenario. Who asks for so many tasks means so many; otherwise a few short runs, which tell
    /// how far to trust them.
    private var standard: Scenario {
        var scenario = Scenario()
        scenario.tasks = 100_000
        scenario.seeds = tasks == nil ? 5 : 1
        return scenario
    }

    /// The scenario's own words, and what is different now.
    private func summary(of chosen: Scenario) -> String {
        guard let scenario else {
            return "\(Self.counted(chosen.nodes.count, "equal node")) at load \(chosen.load ?? 0)"
        }
        let changes = [
            nodes.map { Self.counted($0, "node") }, load.map { "load \($0)" }, tasks.map { Self.counted($0, "task") },
        ].compactMap(\.self)
        let words = chosen.summary.isEmpty ? scenario : chosen.summary
        return changes.isEmpty ? words : "\(words) (with \(changes.joined(separator: ", ")))"
    }

    private static func counted(_ count: Int, _ word: String) -> String { "\(count) \(word)" + (count == 1 ? "" : "s") }
}

extension Scenario {
    fileprivate mutating func setNodeCount(_ count: Int) {
        let missing = count - nodes.count
        if missing > 0 {
            nodes += Array(repeating: nodes.first ?? SimulatedNode(), count: missing)
        } else {
            nodes = Array(nodes.prefix(count))
        }
    }
}
