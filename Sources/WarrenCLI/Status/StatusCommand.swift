internal import AMQPClient
internal import ArgumentParser
internal import BrokerPool

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "How each node is: available, blocked, refused or unreachable, its version and latency.",
        discussion: """
            Connects to every node, publishes a few messages to a queue that only this connection has and that goes with \
            it, and waits for the confirms. The latency is the median of those; the queue is not durable, so no disk is \
            in it.

              warren status --url amqp://one --url amqp://two --url amqp://three
              warren status --watch                      every second, until Ctrl-C
              warren status --json | jq 'select(.state != "available")'

              available    it confirmed messages
              blocked      it takes none, because of an alarm (memory, disk)
              refused      it is there, and says no: a wrong password, no permission
              failing      it is connected, and does not confirm
              unreachable  no connection

            It sees what its own connections see. What a publisher makes of its nodes (share, outstanding, ejections) \
            only that publisher knows: warren publish --status. For one node step by step: warren doctor.

            Exit status: 0 every node is available (at the last look), 1 one is not, 2 none can be connected to.
            """
    )

    @Flag(
        name: .long,
        help: "The nodes are brokers of their own. Without it, nodes that are not of one cluster are pointed out.")
    var independent = false

    @Flag(name: .long, help: "Look again every second, or once the slowest node has answered, until Ctrl-C.")
    var watch = false

    @OptionGroup(title: "Connection") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    mutating func run() async throws {
        let console = Console(output)
        let timeout = Duration.seconds(connection.connectTimeout)
        let balancing = Balancing(topology: independent ? .independent : .cluster)
        let pool = try connection.pool(name: "warren status", balancing: balancing, output: output) { options in
            // A node that is lost is a result here, and looked at again.
            options.recovery = .disabled
            options.onEvent = { _ in }
            options.rpcTimeout = timeout
            options.publishTimeout = timeout
        }
        let probes = pool.addresses.map { NodeProbe($0, pool: pool) }
        let reports = watch ? try await Self.watch(probes, console) : await Self.look(probes)
        if !watch { Self.show(reports, console) }
        for probe in probes { await probe.close() }
        noteClusters(reports, console)
        try Self.judge(reports)
    }

    // MARK: Looking

    private static func look(_ probes: [NodeProbe]) async -> [NodeReport] {
        await withTaskGroup(of: (Int, NodeReport).self) { group in
            for (index, probe) in probes.enumerated() {
                group.addTask { (index, await probe.look()) }
            }
            var reports: [(Int, NodeReport)] = []
            for await report in group { reports.append(report) }
            return reports.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    /// - Returns: What the last look saw.
    private static func watch(_ probes: [NodeProbe], _ console: Console) async throws -> [NodeReport] {
        let watching = Task {
            var last: [NodeReport] = []
            while true {
                let start = ContinuousClock.now
                let reports = await look(probes)
                // What was cut short says nothing of the nodes.
                if Task.isCancelled, !last.isEmpty { return last }
                last = reports
                if Terminal.isThere, !console.json { Console.standardOutput(raw: "\u{1B}[H\u{1B}[2J") }
                show(reports, console)
                do { try await Task.sleep(until: start + .seconds(1)) } catch { return last }
            }
        }
        return try await Signals.handling { _ in
            watching.cancel()
        } during: {
            await watching.value
        }
    }

    // MARK: Telling

    private static func show(_ reports: [NodeReport], _ console: Console) {
        if console.json {
            for report in reports { Console.standardOutput(Console.encode(report)) }
        } else {
            Console.standardOutput(NodeReport.table(reports))
        }
    }

    /// Two brokers taken for one cluster would each get a part of the tasks, and a worker finds only those of one.
    private func noteClusters(_ reports: [NodeReport], _ console: Console) {
        let clusters = Set(reports.compactMap(\.cluster)).sorted()
        guard !independent, clusters.count > 1 else { return }
        let names = clusters.joined(separator: ", ")
        console.note("warren: these are \(clusters.count) clusters (\(names)); to share work over them: --independent")
    }

    private static func judge(_ reports: [NodeReport]) throws {
        let count = reports.count
        guard reports.contains(where: \.isReached) else {
            throw CommandFailure.notRun(
                count == 1 ? "the node cannot be connected to" : "none of \(count) nodes can be connected to")
        }
        let others = reports.count { $0.state != .available }
        if others > 0 { throw CommandFailure.failed("\(others) of \(count) nodes not available") }
    }
}
