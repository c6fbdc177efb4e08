import Foundation
import Testing

/// Gives a target one input after the other.
///
/// Each is made from the seed and its own number alone, so any of them can be run again without the others. In the
/// environment: `FUZZ_INPUTS` is how many per target; `FUZZ_SEED` chooses them; `FUZZ_FIRST` is the number of the first
/// one, and then each is printed before it is run.
enum FuzzRun {
    private static let environment = ProcessInfo.processInfo.environment
    /// Few by default, because these tests run with all the others, unoptimised.
    static let inputs = environment["FUZZ_INPUTS"].flatMap(Int.init) ?? 500
    static let seed = environment["FUZZ_SEED"].flatMap(UInt64.init) ?? 1
    private static let first = environment["FUZZ_FIRST"].flatMap(Int.init)
    private static let isMeasured = environment["FUZZ_INPUTS"] != nil

    /// Inputs that run side by side, where that is possible.
    private static let batch = 64
    /// From so many inputs on, memory has to stay flat.
    private static let inputsForMemory = 100_000
    private static let mostGrowth = 16.0

    static func run<Target: FuzzTarget>(_: Target.Type) async throws {
        let target = try Target(corpus: Corpus.inputs(Target.name))
        let watchdog = Watchdog(Target.name)
        defer { watchdog.stop() }
        let start = ContinuousClock.now
        let numbers = (first ?? 0)..<((first ?? 0) + inputs)
        var warm: Double?
        var faults = 0
        for lower in stride(from: numbers.lowerBound, to: numbers.upperBound, by: first == nil ? batch : 1) {
            let upper = min(numbers.upperBound, lower + (first == nil ? batch : 1))
            watchdog.note(lower)
            let batch = (lower..<upper).map { number in
                var generator = SeededGenerator(seed: seed, number: number)
                return (number: number, input: target.input(number, &generator))
            }
            if first != nil { for (number, input) in batch { say("\(Target.name) \(number): \(Corpus.write(input))") } }
            for fault in await Self.faults(of: target, in: batch) {
                faults += 1
                Issue.record("\(fault)")
            }
            if faults > 10 { break }
            if warm == nil, lower - numbers.lowerBound >= inputs / 5 { warm = Memory.residentMiB }
        }
        let memory = Memory.residentMiB
        if isMeasured { report(Target.name, start.duration(to: .now), warm, memory) }
        if inputs >= inputsForMemory, let warm, let memory {
            #expect(memory - warm < mostGrowth, "memory grew while fuzzing \(Target.name)")
        }
    }

    private static func faults(
        of target: some FuzzTarget,
        in batch: [(number: Int, input: Input)]
    ) async -> [String] {
        await withTaskGroup(of: String?.self) { group in
            for (number, input) in batch {
                group.addTask {
                    do {
                        try await target.run(input)
                        return nil
                    } catch {
                        return "\(type(of: target).name) \(number), seed \(seed): \(error): \(Corpus.write(input))"
                    }
                }
            }
            var faults: [String] = []
            for await fault in group { if let fault { faults.append(fault) } }
            return faults
        }
    }

    private static func report(_ name: String, _ time: Duration, _ warm: Double?, _ memory: Double?) {
        let seconds = time / .seconds(1)
        let rate = Int(Double(inputs) / max(seconds, 0.001))
        let mebibytes = zip([warm, memory], ["warm", "at the end"]).compactMap { value, when in
            value.map { "\(String(format: "%.1f", $0)) MiB \(when)" }
        }
        let line = ["\(inputs) inputs", String(format: "%.1f s", seconds), "\(rate) inputs/s"] + mebibytes
        say("fuzz \(name): \(line.joined(separator: ", "))")
    }

    /// Not by `print`, whose buffer would be lost in a crash.
    private static func say(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }
}
