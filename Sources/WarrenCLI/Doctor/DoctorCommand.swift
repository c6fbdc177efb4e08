internal import AMQPClient
internal import ArgumentParser
internal import Warren

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Find out what is wrong between this machine and a broker, and the remedy.",
        discussion: """
            Goes all the way that a program goes, step by step, and says how each step is: ok, warning, or failed with \
            the cause and the remedy.

              address       the URI: user, host, port, virtual host
              name          the IP addresses of the host
              tcp           whether each of them can be reached
              tls           with amqps://: version, certificate, days until it expires
              protocol      whether it is AMQP that answers there
              login         user and password
              virtual-host  whether it exists and the user may use it
              server        product, version, cluster
              limits        frame size, channels and heartbeat that were agreed on
              round-trip    how long the broker takes to answer
              configure     whether the user may create a queue
              write         whether the user may publish to queues
              alarms        whether the broker takes messages (memory, disk)
              read          whether the user may consume
              queue         each --queue: messages, consumers, whether it is as declared

            It leaves nothing behind: the queue it tries with is exclusive to its connection, and the queues you name \
            are only looked at.

              warren doctor --url amqp://me:secret@broker.example.com/orders
              warren doctor -q task_queue --queue-type quorum
              warren doctor --json | jq 'select(.status != "ok")'

            Exit status: 0 nothing failed (warnings are no failures), 1 something failed, 2 bad usage.
            """
    )

    @Option(
        name: [.customShort("q"), .long], parsing: .singleValue,
        help: ArgumentHelp("A queue to look at. May be repeated.", valueName: "name"))
    var queue: [String] = []

    @OptionGroup var declaration: DeclarationOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    mutating func validate() throws {
        for name in queue {
            guard !name.isEmpty else { throw ValidationError("--queue must not be empty") }
            guard name.utf8.count <= 255 else { throw ValidationError("--queue is longer than AMQP's 255 bytes") }
        }
        guard !queue.isEmpty || !(isDescribed || declaration.passive) else {
            throw ValidationError("--queue-type, --argument and --passive are about a --queue")
        }
        _ = try wanted()
    }

    mutating func run() async throws {
        let console = Console(output)
        var tally = Tally()
        do throws(AMQPError) {
            let addresses = try connection.addresses()
            guard !addresses.isEmpty else {
                throw AMQPError(
                    .invalidArgument, "there is no broker to look at", remedy: "Name at least one, as amqp://host")
            }
            for address in addresses {
                var examination = Examination(
                    address: address, timeout: .seconds(connection.connectTimeout), queues: (try? wanted()) ?? [],
                    console: console, logger: output.logger)
                await examination.run()
                tally.add(examination.tally)
            }
        } catch {
            // It never quotes the URI, which may hold a password.
            let check = Check(check: .address, status: .failed, detail: error.message, remedy: error.remedy)
            console.result(check, text: check.text)
            tally.count(.failed)
        }
        guard tally.failed == 0 else { throw CommandFailure.failed(tally.description) }
        console.note(tally.description)
    }

    private var isDescribed: Bool { declaration.queueType != nil || !declaration.argument.isEmpty }

    private func wanted() throws -> [WantedQueue] {
        try queue.map { name in
            WantedQueue(
                declaration: try declaration.declaration(of: name), isDescribed: isDescribed && !declaration.passive)
        }
    }
}
