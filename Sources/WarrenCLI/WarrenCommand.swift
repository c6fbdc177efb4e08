internal import ArgumentParser

#if canImport(Glibc)
    @preconcurrency internal import Glibc
#elseif canImport(Musl)
    @preconcurrency internal import Musl
#else
    internal import Darwin
#endif

@main
struct WarrenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "warren",
        abstract: "Task queues on RabbitMQ: publish tasks, work on them, look after queues and brokers.",
        discussion: """
            A broker is named by --url (repeatable) or AMQP_URL, as amqp://user:password@host:port/vhost; without \
            either it is amqp://guest:guest@localhost:5672.

            Exit status: 0 everything asked for happened; 1 the work failed; 2 it was not begun (bad usage, no broker).

            Begin with: warren demo
            """,
        version: "0.1.0",
        subcommands: [
            PublishCommand.self, WorkCommand.self, QueueCommand.self, StatusCommand.self, BrokerCommand.self,
            BenchCommand.self, SimulateCommand.self, DoctorCommand.self, DemoCommand.self,
        ]
    )

    static func main() async {
        // A pipe that closes (warren … | head) ends the program by an error of its write, not by a signal in between.
        signal(SIGPIPE, SIG_IGN)
        var isParsing = true
        do {
            var command = try parseAsRoot()
            isParsing = false
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let failure as CommandFailure {
            Console.standardError("warren: \(failure.message)")
            leave(failure.exitCode)
        } catch {
            let code = exitCode(for: error)
            let text = fullMessage(for: error)
            if code.isSuccess {
                if !text.isEmpty { Console.standardOutput(text) }
                leave(0)
            }
            if !text.isEmpty { Console.standardError(text) }
            // The parser's own code for bad usage is 64; the contract says 2.
            leave(isParsing || error is ValidationError ? 2 : code.rawValue)
        }
    }
}

/// Inside the command `exit` would be the parser's.
private func leave(_ code: Int32) -> Never {
    exit(code)
}
