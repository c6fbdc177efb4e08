internal import AMQPClient
internal import ArgumentParser
internal import ManagementAPI

/// All queues, by the management API: AMQP itself cannot list them.
extension QueueCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "All queues of the virtual host.",
            discussion: """
                AMQP cannot list queues; the broker's management API does, where its plugin is enabled:

                  rabbitmq-plugins enable rabbitmq_management
                  warren queue list
                  warren queue list --management https://rabbit.example:15671

                Its numbers are up to five seconds old. For one queue, up to the moment: warren queue info NAME
                """)

        @Option(
            name: .long,
            help: ArgumentHelp(
                "The management API, as http://host:15672.",
                discussion: "Without it port 15672 of the broker's host; user and password are the broker's.",
                valueName: "url"))
        var management: String?

        @OptionGroup(title: "Connection") var connection: ConnectionOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        private struct Line: Encodable {
            var name: String
            var type: String
            var messages: Int
            var unacknowledged: Int
            var consumers: Int
            var leader: String?

            init(_ queue: ManagedQueue) {
                name = queue.name
                type = queue.type
                messages = queue.messagesReady
                unacknowledged = queue.messagesUnacknowledged
                consumers = queue.consumers
                leader = queue.leader
            }
        }

        mutating func run() async throws {
            let console = Console(output)
            do throws(AMQPError) {
                let address = try connection.addresses()[0]
                let client = try ManagementClient(
                    beside: address, url: management, timeout: .seconds(connection.connectTimeout))
                show(try await client.queues(virtualHost: address.virtualHost).map { Line($0) }, console)
            } catch {
                throw CommandFailure.notRun(error.description)
            }
        }

        private func show(_ lines: [Line], _ console: Console) {
            guard !console.json else {
                for line in lines { Console.standardOutput(Console.encode(line)) }
                return
            }
            guard !lines.isEmpty else { return console.note("warren: there are no queues") }
            var table = TextTable([
                ("queue", .left), ("type", .left), ("ready", .right), ("unacknowledged", .right),
                ("consumers", .right), ("node", .left),
            ])
            for line in lines {
                table.add([
                    line.name, line.type, "\(line.messages)", "\(line.unacknowledged)", "\(line.consumers)",
                    line.leader ?? "-",
                ])
            }
            Console.standardOutput(table.description)
        }
    }
}
