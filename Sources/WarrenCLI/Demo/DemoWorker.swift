internal import Subprocess
internal import SystemPackage

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A worker of the demo: a process of its own, `warren work`, whose lines of JSON tell what it does.
struct DemoWorker: Sendable {
    var number: Int
    var url: String
    var queue: String
    var dot: DurationArgument
    var stage: DemoStage

    private struct Line: Decodable {
        var event: String?
        var body: String?
        var redelivered: Bool?
    }

    func run() async throws {
        var platform = PlatformOptions()
        // Ctrl-C ends the demo, which ends its workers.
        platform.processGroupID = 0
        platform.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(1))]
        let arguments = ["work", "-q", queue, "-c", "1", "--dot", dot.defaultValueDescription, "--json", "--url", url]
        let result = try await Subprocess.run(
            Self.ourselves, arguments: Arguments(arguments), platformOptions: platform,
            input: .none, output: .sequence, error: .currentStandardError
        ) { execution in
            for try await text in execution.standardOutput.strings() {
                guard let line = try? JSONDecoder().decode(Line.self, from: Data(text.utf8)) else { continue }
                let body = line.body ?? ""
                switch line.event {
                case "ready": await stage.isReady(number) { try? execution.send(signal: .terminate) }
                case "received":
                    guard await stage.received(number, body, again: line.redelivered == true) else { continue }
                    // Not at its beginning and not at its end: in the middle of the task.
                    try await Task.sleep(for: dot.duration * 2)
                    await stage.wasKilled(number, during: body)
                    try execution.send(signal: .kill)
                case "done": await stage.done(number, body)
                default: break
                }
            }
        }
        switch result.terminationStatus {
        case .exited(0), .signaled(9): return
        case .exited(let code): await stage.failed(number, "exit status \(code)")
        case .signaled(let signal): await stage.failed(number, "signal \(signal)")
        }
    }

    private static var ourselves: Executable {
        #if os(Linux)
            .path("/proc/self/exe")
        #else
            .path(FilePath(Bundle.main.executablePath ?? CommandLine.arguments[0]))
        #endif
    }
}
