internal import ArgumentParser
internal import Warren

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

enum Mode: String, ExpressibleByArgument {
    case publish, confirm, consume, pool
}

/// Warren's side of the comparison; the same arguments and the same line of JSON as librabbitmq_bench.c and
/// pika_bench.py. Everything goes through the public API, as a user would write it.
@main
struct WarrenBench: AsyncParsableCommand {
    @Argument var mode: Mode
    @Option var host = "127.0.0.1"
    @Option var port = 5672
    @Option var queue = "bench"
    @Option var count = 100_000
    @Option var size = 100
    @Option var window = 1000
    @Option var prefetch = 1000
    @Flag(help: "Ask for unroutable messages to come back, which is Warren's default; the C program does not.")
    var mandatory = false

    func run() async throws {
        let connection = try await AMQPConnection.connect(to: BrokerAddress(host: host, port: port))
        let channel = try await connection.openChannel()
        try await channel.declareQueue(queue)
        switch mode {
        case .publish: try await publish(channel)
        case .confirm: try await confirm(connection)
        case .consume: try await consume(connection, channel)
        case .pool: try await pool()
        }
        await connection.close()
    }

    private var body: MessageBody { MessageBody(Array(repeating: UInt8(ascii: "x"), count: size)) }

    @concurrent private func publish(_ channel: AMQPChannel) async throws {
        // Reading a parsed option is a generic call; not in a loop that is measured.
        let (body, queue, count) = (body, queue, count)
        let start = Usage.now
        for _ in 0..<count { try await channel.publish(body, routingKey: queue) }
        // The server has read everything when it answers on the same channel.
        try await channel.close()
        report(since: start)
    }

    @concurrent private func confirm(_ connection: AMQPConnection) async throws {
        let (body, queue, count, mandatory) = (body, queue, count, mandatory)
        let publisher = try await connection.makePublisher(window: window)
        let start = Usage.now
        for _ in 0..<count { try await publisher.publishDeferred(body, routingKey: queue, mandatory: mandatory) }
        let tally = try await publisher.drain()
        report(since: start)
        precondition(tally.confirmed == count)
    }

    @concurrent private func consume(_ connection: AMQPConnection, _ channel: AMQPChannel) async throws {
        let start = Usage.now
        let consumer = try await channel.consume(queue, prefetch: prefetch)
        try await withTaskExecutorPreference(connection.taskExecutor) {
            var left = count
            for try await delivery in consumer {
                try delivery.ack()
                left -= 1
                if left == 0 { break }
            }
        }
        try await consumer.cancel()
        report(since: start)
    }

    /// Tasks that do nothing, through the whole worker pool, handlers on the global pool.
    private func pool() async throws {
        var options = WorkerPool.Options(concurrency: prefetch)
        options.limit = count
        let pool = WorkerPool(
            brokers: try BrokerPool([BrokerAddress(host: host, port: port)]),
            queue: QueueDeclaration(QueueName(queue)), options: options
        ) { _, _ in }
        let start = Usage.now
        let summary = try await pool.work()
        report(since: start)
        precondition(summary.done == count)
    }

    private func report(since start: Usage) {
        let end = Usage.now
        let elapsed = start.wall.duration(to: end.wall).components
        let seconds = Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18
        let cpu = (end.cpu - start.cpu) / Double(count)
        print(
            """
            {"client":"warren","mode":"\(mode.rawValue)","count":\(count),"seconds":\(seconds),"cpuMicros":\(cpu),\
            "rate":\(Double(count) / seconds),"maxRSSKiB":\(Usage.peakKiB)}
            """)
    }
}

/// Wall time, and CPU time in microseconds, user and system together.
struct Usage {
    var wall: ContinuousClock.Instant
    var cpu: Double

    static var now: Usage {
        var usage = rusage()
        #if canImport(Glibc)
            getrusage(__rusage_who_t(0), &usage)
        #else
            getrusage(RUSAGE_SELF, &usage)
        #endif
        let user = Double(usage.ru_utime.tv_sec) * 1e6 + Double(usage.ru_utime.tv_usec)
        let system = Double(usage.ru_stime.tv_sec) * 1e6 + Double(usage.ru_stime.tv_usec)
        return Usage(wall: .now, cpu: user + system)
    }

    /// VmHWM, not ru_maxrss: that one is inherited from whoever started the process.
    static var peakKiB: Int {
        guard let file = fopen("/proc/self/status", "r") else { return 0 }
        defer { fclose(file) }
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(line) }
        while getline(&line, &capacity, file) > 0, let line {
            let text = String(cString: line)
            if text.hasPrefix("VmHWM:") { return Int(text.filter(\.isNumber)) ?? 0 }
        }
        return 0
    }
}
