internal import ArgumentParser
internal import Simulation

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Compare balancing strategies over imagined nodes, without a broker.",
        discussion: """
            It runs the very code that chooses nodes in warren publish, on a clock of its own: an hour of a thousand \
            nodes takes seconds. Each strategy gets the same tasks.

              warren simulate
              warren simulate --strategy round-robin,p2c,pull --nodes 3 --load 0.8
              warren simulate --list
              warren simulate --scenario one-slow --chart --svg one-slow.svg
              warren simulate --json | jq '{strategy, p99}'

            A scenario says more: unequal nodes, other service times, bursts, faults. Take one as text and change it:

              warren simulate --scenario one-slow --show > mine.txt
              warren simulate --scenario mine.txt --seeds 20

            A response time is from the arrival of a task until its answer is there, so waiting counts. With pull the \
            tasks wait in one queue, and nodes take the next when they can: for equal nodes the best there can be. \
            Makespan is the time until the last task is done; efficiency is (T / n) / makespan with the total work T of \
            n nodes; fairness is Jain's index of the nodes' busy times, 1 if all are equal; lost tasks got no answer, \
            and twice is how often one was done again.

            With --json there is one object per strategy: strategy, nodes, load, tasks, meanResponse, p50, p99, p999, \
            totalWork, makespan, efficiency, lost, duplicated; times in units of the mean service time.

            For millions of tasks use an optimised build: swift build -c release --product warren

            Exit status: 0 it ran, 1 it was interrupted or the SVG cannot be written, 2 bad usage or a bad scenario.
            """
    )

    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp(
            "What is compared: \(UnknownContender.names). May be repeated.",
            discussion: "Without it, the scenario's own choice, or all but weighted-random and hash.",
            valueName: "s,s"),
        transform: Contender.list)
    var strategy: [[Contender]] = []

    @OptionGroup(title: "Scenario") var scenario: ScenarioOptions

    @Flag(name: .long, help: "The ready-made scenarios, with a line each.")
    var list = false

    @Flag(name: .long, help: "The text of the --scenario, instead of running it.")
    var show = false

    @Flag(name: .long, help: "Bars below the table: mean and 99th percentile of the response time.")
    var chart = false

    @Option(name: .long, help: ArgumentHelp("Write the bars into this file, as an SVG picture.", valueName: "file"))
    var svg: String?

    @OptionGroup(title: "Output") var output: OutputOptions

    mutating func validate() throws {
        let contenders = strategy.flatMap(\.self)
        if let twice = contenders.first(where: { contender in contenders.count { $0 == contender } > 1 }) {
            throw ValidationError("--strategy \(twice.name) is there twice")
        }
        guard !(chart && output.json) else { throw ValidationError("--chart is for people, --json for programs") }
        guard !show || scenario.scenario != nil else { throw ValidationError("--show needs a --scenario") }
    }

    mutating func run() async throws {
        let console = Console(output)
        if list { return ScenarioList.print(console) }
        if show, let name = scenario.scenario { return Console.standardOutput(try ScenarioSource(name).text) }

        let chosen = try scenario.chosen()
        let contenders = strategy.flatMap(\.self)
        let comparison = Comparison(chosen, contenders: contenders.isEmpty ? nil : contenders, seed: scenario.seed)
        let rows = try await Self.run(comparison, console)
        if console.json {
            for row in rows { Console.standardOutput(Console.encode(ComparisonRecord(row, of: chosen))) }
        } else {
            Console.standardOutput(ComparisonTable(chosen, rows: rows).description)
        }
        if chart {
            let chart = BarChart(chosen, rows: rows, width: Terminal.width, isASCII: !Terminal.isUTF8)
            Console.standardOutput("\n\(chart)")
        }
        if let svg { try Self.write(SVGChart(chosen, rows: rows), to: svg) }
    }

    private static func run(_ comparison: Comparison, _ console: Console) async throws -> [ComparisonRow] {
        let progress = SimulationProgress(comparison, console: console)
        defer { progress.finish() }
        let running = Task { try await comparison.run { progress.show($0) } }
        do {
            return try await Signals.handling { _ in
                running.cancel()
            } during: {
                console.note(SimulationHeader(comparison).description)
                return try await running.value
            }
        } catch let error as ScenarioError {
            throw CommandFailure.notRun("this cannot be simulated: \(error)")
        } catch is CancellationError {
            throw CommandFailure.failed("interrupted; there is no result")
        }
    }

    private static func write(_ chart: SVGChart, to path: String) throws {
        do {
            try Data(chart.description.utf8).write(to: URL(filePath: path))
        } catch {
            throw CommandFailure.failed("cannot write \(path): \(FileFailure.cause(of: error))")
        }
    }
}

extension Contender {
    /// Several, with commas between.
    fileprivate static func list(_ text: String) throws -> [Contender] {
        do throws(UnknownContender) {
            var contenders: [Contender] = []
            for name in text.split(separator: ",", omittingEmptySubsequences: false) {
                contenders.append(try Contender(name))
            }
            return contenders
        } catch {
            throw ValidationError(error.description)
        }
    }
}
