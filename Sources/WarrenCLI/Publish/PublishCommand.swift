internal import AMQPClient
internal import ArgumentParser
internal import NIOConcurrencyHelpers
internal import Warren

struct PublishCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Publish tasks, and wait until the broker has every one of them.",
        discussion: """
            Bodies come from the arguments, from --file, or else one per line from standard input.

              warren publish -q task_queue "First task." "Second task.."
              seq 1000 | warren publish -q task_queue --rate 100
              warren publish -q images --file photo.jpg --header width=640
              seq 1000 | warren publish -q tasks --url amqp://one --url amqp://two --status

            The queue is declared durable, as the task_queue tutorial does; see --queue-type and --passive. The last \
            line counts the outcomes; the exit status is 0 only if every message was confirmed. When the connection is lost \
            it is opened again, and what was not confirmed is published again with the same message id.
            """
    )

    @OptionGroup var queue: QueueOptions

    @Argument(help: "Message bodies.")
    var body: [String] = []

    @Option(name: .long, parsing: .singleValue, help: "Publish the contents of this file. May be repeated.")
    var file: [String] = []

    @Option(name: [.long, .customShort("n")], help: "Publish each body this many times.")
    var count = 1

    @Option(name: .long, help: ArgumentHelp("At most this many messages per second.", valueName: "n"))
    var rate: Double?

    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp("A message header. May be repeated.", valueName: "k=v"))
    var header: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp("Deliver only after this time: 500ms, 30s, 5m, 2h. The broker holds the message."))
    var delay: DurationArgument?

    @Option(name: .long, help: "0 to 255; the queue needs x-max-priority, or is a quorum queue.")
    var priority: UInt8?

    @Option(name: .long, help: ArgumentHelp("Messages that may be unconfirmed at a time.", valueName: "n"))
    var window = Publisher.defaultWindow

    @Flag(
        name: .long,
        help: "At the end, say on standard error what each node got, and how the publisher sees it.")
    var status = false

    @OptionGroup(title: "Connection") var connection: ConnectionOptions
    @OptionGroup(title: "Balancing") var balancing: BalancingOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    mutating func validate() throws {
        guard count >= 1 else { throw ValidationError("--count is 1 or more") }
        guard window >= 1 else { throw ValidationError("--window is 1 or more") }
        if let rate, !(rate > 0) { throw ValidationError("--rate is above 0") }
        if !body.isEmpty, !file.isEmpty { throw ValidationError("give bodies or --file, not both") }
    }

    mutating func run() async throws {
        let console = Console(output)
        let source = try BodySource(arguments: body, files: file, count: count)
        let declaration = try queue.queueDeclaration()
        let properties = try messageProperties()
        let delay = delay?.milliseconds
        let (rate, window) = (rate, window)
        if source.readsTerminal { console.note("warren: one message per line; end with Ctrl-D") }

        let delayQueue = delay.map { DelayQueue(milliseconds: $0, target: declaration.name.name) }
        let report = try await connection.withPool(
            name: "warren publish", balancing: balancing.balancing(), output: output
        ) { pool in
            do {
                let publisher = try await pool.makePublisher(window: window) { connection throws(AMQPError) in
                    let channel = try await connection.openChannel()
                    try await declaration.declare(on: channel)
                    try await delayQueue?.declare(on: channel)
                    try await channel.close()
                }
                let run = PublishRun(
                    publisher: publisher, routingKey: delayQueue?.name ?? declaration.name.name,
                    properties: properties, rate: rate, console: console)
                return try await publish(run, source)
            } catch let error as AMQPError {
                throw CommandFailure(error)
            }
        }
        console.result(report, text: report.description)
        if let first = report.firstFailure { throw CommandFailure.failed(first) }
    }

    private func publish(_ run: PublishRun, _ source: BodySource) async throws -> PublishRun.Report {
        do {
            let report = try await run.publish(source)
            if status { PublisherStatus(run.publisher.status).show(run.console) }
            await run.publisher.close()
            return report
        } catch {
            await run.publisher.close()
            throw error
        }
    }

    private func messageProperties() throws -> BasicProperties {
        var properties = BasicProperties.persistent
        properties.priority = priority
        if !header.isEmpty {
            var headers: FieldTable = [:]
            for text in header {
                let (key, value) = try KeyValue.parse(text, option: "--header")
                headers[key] = value
            }
            properties.headers = headers
        }
        return properties
    }
}
