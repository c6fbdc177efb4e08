internal import ArgumentParser
internal import LocalBroker

struct BrokerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "broker",
        abstract: "A private RabbitMQ on this machine, from the installed rabbitmq-server package.",
        discussion: """
            It runs as you, on free ports of the loopback interface, with its own data; a RabbitMQ that the machine runs \
            for itself is not touched.

              eval "$(warren broker up)"        sets AMQP_URL
              warren broker down
            """,
        subcommands: [Up.self, Down.self, StatusCommand.self]
    )

    private struct Line: Encodable {
        var urls: [String]
        var managementURLs: [String]
        var rabbitmqctl: String
    }

    private static func show(_ status: DetachedBroker.Status, _ console: Console) {
        console.result(
            Line(urls: status.urls, managementURLs: status.managementURLs, rabbitmqctl: status.rabbitmqctl),
            text: "export AMQP_URL='\(status.urls.joined(separator: ","))'")
        for url in status.managementURLs { console.note("# management API: \(url)") }
        console.note("# its rabbitmqctl: \(status.rabbitmqctl)")
    }

    struct Up: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Start it; it stays until warren broker down.")
        @Option(help: "More than one make a cluster.") var nodes = 1
        @Flag(help: "With the management API, as for warren queue list and --management.") var management = false
        @OptionGroup(title: "Output") var output: OutputOptions

        mutating func validate() throws {
            guard (1...9).contains(nodes) else { throw ValidationError("--nodes is from 1 to 9") }
        }

        mutating func run() async throws {
            let console = Console(output)
            console.note("# starting \(nodes == 1 ? "RabbitMQ" : "\(nodes) RabbitMQ nodes"), about 10 seconds")
            do {
                BrokerCommand.show(try await DetachedBroker.start(nodes: nodes, management: management), console)
            } catch let error as LocalBrokerError {
                throw CommandFailure.notRun(error.description)
            }
        }
    }

    struct Down: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Stop it and remove its data.")
        @OptionGroup(title: "Output") var output: OutputOptions

        mutating func run() async throws {
            do {
                let stopped = try await DetachedBroker.stop()
                Console(output).result(["stopped": stopped], text: stopped ? "stopped" : "no local broker was running")
            } catch let error as LocalBrokerError {
                throw CommandFailure.failed(error.description)
            }
        }
    }

    struct StatusCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "status", abstract: "Whether it runs, and where.")
        @OptionGroup(title: "Output") var output: OutputOptions

        mutating func run() async throws {
            guard let status = DetachedBroker.status() else {
                throw CommandFailure.failed("no local broker is running. Start one with: warren broker up")
            }
            BrokerCommand.show(status, Console(output))
        }
    }
}
