internal import AMQPClient
internal import ArgumentParser
internal import Warren

struct QueueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue",
        abstract: "Look after queues.",
        subcommands: [Info.self, Declare.self, Delete.self, Purge.self, List.self]
    )

    /// What the subcommands share: a queue's name, the broker, the output.
    struct Common: ParsableArguments, Sendable {
        @Argument(help: "The queue.")
        var name: String

        @OptionGroup(title: "Connection") var connection: ConnectionOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        func onChannel<Result: Sendable>(
            _ body: @Sendable (AMQPChannel) async throws(AMQPError) -> Result
        ) async throws -> Result {
            try await connection.withConnection(name: "warren queue", output: output) { connection in
                try await body(try await connection.openChannel())
            }
        }
    }

    struct InfoLine: Encodable {
        var name: String
        var messages: UInt32
        var consumers: UInt32

        init(_ info: QueueInfo) {
            name = info.name
            messages = info.messageCount
            consumers = info.consumerCount
        }

        var text: String { "\(name): \(messages) messages ready, \(consumers) consumers" }
    }

    struct Info: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Messages ready and consumers of a queue.",
            discussion: "AMQP tells no more; unacknowledged messages and arguments need the management plugin.")
        @OptionGroup var common: Common

        mutating func run() async throws {
            let name = common.name
            let info = try await common.onChannel { channel throws(AMQPError) in
                try await channel.declareQueue(name, passive: true)
            }
            let line = InfoLine(info)
            Console(common.output).result(line, text: line.text)
        }
    }

    struct Declare: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Create a durable queue, or check that it is as described.")
        @OptionGroup var common: Common
        @OptionGroup var declaration: DeclarationOptions

        mutating func run() async throws {
            let declaration = try declaration.declaration(of: common.name)
            let info = try await common.onChannel { channel throws(AMQPError) in
                try await declaration.declare(on: channel)
            }
            let line = InfoLine(info)
            Console(common.output).result(line, text: line.text)
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Delete a queue and the messages in it.")
        @OptionGroup var common: Common
        @Flag(help: "Only if it has no messages.") var ifEmpty = false
        @Flag(help: "Only if it has no consumers.") var ifUnused = false

        mutating func run() async throws {
            let (name, ifEmpty, ifUnused) = (common.name, ifEmpty, ifUnused)
            // RabbitMQ answers a delete of a queue that does not exist as if it had been there.
            let count = try await common.onChannel { channel throws(AMQPError) in
                try await channel.declareQueue(name, passive: true)
                return try await channel.deleteQueue(name, ifUnused: ifUnused, ifEmpty: ifEmpty)
            }
            Console(common.output).result(
                ["name": name, "messages": "\(count)"], text: "deleted \(name) and \(count) messages")
        }
    }

    struct Purge: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Drop the messages that are ready in a queue; those being worked on stay.")
        @OptionGroup var common: Common

        mutating func run() async throws {
            let name = common.name
            let count = try await common.onChannel { channel throws(AMQPError) in try await channel.purgeQueue(name) }
            Console(common.output).result(
                ["name": name, "messages": "\(count)"], text: "purged \(count) messages from \(name)")
        }
    }
}
