internal import AMQPClient
internal import ArgumentParser
internal import Warren

struct WorkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "work",
        abstract: "Work on the tasks of a queue.",
        discussion: """
            Without --exec a task takes a second for every dot in it, as in the task_queue tutorial:

              warren work -q task_queue -c 4

            With --exec any program is the handler. It gets the body on its standard input, and WARREN_QUEUE, \
            WARREN_MESSAGE_ID and WARREN_REDELIVERED in its environment; exit 0 means done, 75 try again later, \
            anything else failed. It takes the rest of the line, so it comes last:

              warren work -q images -c 8 --exec ./resize --fast

            A failed task goes to the queue's dead-letter exchange, or is dropped if it has none; --requeue tries it \
            again. Ctrl-C or SIGTERM finishes what runs and takes nothing new; a second one stops at once and gives \
            everything back.
            """
    )

    @OptionGroup var queue: QueueOptions

    @Option(name: .shortAndLong, help: ArgumentHelp("Tasks at a time.", valueName: "n"))
    var concurrency = 1

    @Option(name: .long, help: ArgumentHelp("Stop after this many tasks.", valueName: "n"))
    var limit: Int?

    @Flag(name: .long, help: "Stop when the queue is empty.")
    var untilEmpty = false

    @Flag(name: .long, help: "Put a failed task back into the queue instead of rejecting it.")
    var requeue = false

    @Option(
        name: .long,
        help: ArgumentHelp("How long running tasks may take after Ctrl-C or SIGTERM.", valueName: "duration"))
    var shutdownTimeout = DurationArgument(.seconds(30))

    @Option(name: .long, help: ArgumentHelp("How long a dot takes.", valueName: "duration"))
    var dot = DurationArgument(.seconds(1))

    @OptionGroup(title: "Connection") var connection: ConnectionOptions
    @OptionGroup(title: "Balancing") var balancing: BalancingOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Option(
        name: .long, parsing: .remaining,
        help: ArgumentHelp("The handler program and its arguments; must come last.", valueName: "cmd"))
    var exec: [String] = []

    mutating func validate() throws {
        guard (1...65535).contains(concurrency) else { throw ValidationError("--concurrency is from 1 to 65535") }
        if let limit, limit < 1 { throw ValidationError("--limit is 1 or more") }
        if exec.isEmpty, CommandLine.arguments.last == "--exec" { throw ValidationError("--exec needs a program") }
    }

    mutating func run() async throws {
        let console = Console(output)
        let printer = WorkPrinter(console: console, printsBodies: exec.isEmpty)
        var options = WorkerPool.Options(concurrency: concurrency)
        options.drainTimeout = shutdownTimeout.duration
        options.limit = limit
        options.untilEmpty = untilEmpty
        options.onFailure = requeue ? .requeue : .reject
        let handler: WorkerPool.Handler =
            if exec.isEmpty {
                DotsHandler(dot: dot.duration).handle
            } else {
                try await ProgramHandler(command: exec, queue: queue.queue, json: output.json).handle
            }
        let declaration = try queue.queueDeclaration()
        let summary = try await connection.withPool(
            name: "warren work", balancing: balancing.balancing(), output: output
        ) { brokers in
            let pool = WorkerPool(
                brokers: brokers, queue: declaration, options: options, logger: output.logger,
                onEvent: { printer.print($0) }, handler: handler)
            do {
                return try await Signals.handling { count in
                    if count == 1 { pool.drain() } else { pool.stopNow() }
                } during: {
                    try await pool.work()
                }
            } catch let error as AMQPError {
                throw printer.isReady ? CommandFailure.failed(error.description) : CommandFailure(error)
            }
        }
        printer.print(summary)
        if summary.failed > 0 { throw CommandFailure.failed("\(summary.failed) tasks failed") }
        if summary.abandoned > 0 {
            throw CommandFailure.failed("\(summary.abandoned) tasks did not end in time; they are back in the queue")
        }
    }
}
