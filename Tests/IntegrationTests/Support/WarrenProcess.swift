import Foundation
import NIOConcurrencyHelpers
import Subprocess
import SystemPackage
import Testing

/// The built `warren`, or another program, run as a user would.
enum WarrenProcess {
    struct Result: Sendable {
        var status: TerminationStatus
        var output: String
        var error: String

        var lines: [String] { output.split(separator: "\n").map(String.init) }
    }

    /// Beside the test bundle, where the package manager puts both.
    static var executable: Executable {
        let bundle = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        return .path(FilePath(bundle.deletingLastPathComponent().appending(path: "warren").path(percentEncoded: false)))
    }

    static func run(_ arguments: String..., input: String = "", url: String? = nil) async throws -> Result {
        try await runList(arguments, input: input, url: url)
    }

    static func runList(_ arguments: [String], input: String = "", url: String? = nil) async throws -> Result {
        let result = try await Subprocess.run(
            executable, arguments: Arguments(arguments), environment: try await environment(url),
            input: .string(input), output: .string(limit: 1 << 24), error: .string(limit: 1 << 20))
        TestLog.append(result.standardOutput + result.standardError)
        return Result(
            status: result.terminationStatus, output: result.standardOutput, error: result.standardError)
    }

    static func environment(_ url: String? = nil) async throws -> Environment {
        let url = if let url { url } else { try await TestBroker.url() }
        return .inherit.updating(["AMQP_URL": url])
    }

    /// Starts it, hands every line of its output to `onLine`, which may send it signals.
    static func watch(
        _ arguments: [String],
        environment: Environment,
        onLine: (String, _ signal: (Signal) throws -> Void) async throws -> Void
    ) async throws -> TerminationStatus {
        try await Subprocess.run(
            executable, arguments: Arguments(arguments), environment: environment,
            input: .none, output: .sequence, error: .discarded
        ) { execution in
            for try await line in execution.standardOutput.strings() {
                try await onLine(line) { try execution.send(signal: $0) }
            }
        }.terminationStatus
    }
}

/// A queue name of its own for a test that talks to the broker through programs only.
func freshQueueName() -> String { "warren.test.\(UUID().uuidString.prefix(8))" }
