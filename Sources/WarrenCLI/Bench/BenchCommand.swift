internal import AMQPClient
internal import ArgumentParser
internal import Logging

struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Rates and latencies of a broker, seen from this machine.",
        subcommands: [Publish.self, Consume.self, RoundTrip.self]
    )

    struct Common: ParsableArguments, Sendable {
        @Option(name: [.long, .customShort("n")], help: "Messages.") var count = 100_000
        @Option(name: .long, help: "Bytes in a message.") var size = 100
        @Option(name: .shortAndLong, help: "The queue; declared, emptied, and deleted at the end.")
        var queue = "warren.bench"
        @OptionGroup(title: "Connection") var connection: ConnectionOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        mutating func validate() throws {
            guard count >= 1 else { throw ValidationError("--count is 1 or more") }
            guard (0...16_777_216).contains(size) else { throw ValidationError("--size is from 0 to 16777216 bytes") }
        }

        var body: MessageBody { MessageBody(Array(repeating: UInt8(ascii: "x"), count: size)) }

        /// Runs `body` on an empty queue that is deleted afterwards.
        func measure(
            _ body: (AMQPConnection, AMQPChannel) async throws -> BenchReport
        ) async throws {
            let report = try await connection.withConnection(name: "warren bench", output: output) {
                connection in
                let channel = try await connection.openChannel()
                try await channel.declareQueue(queue)
                try await channel.purgeQueue(queue)
                let report = try await body(connection, channel)
                let last = try await connection.openChannel()
                try await last.deleteQueue(queue)
                return report
            }
            Console(output).result(report, text: report.text)
        }
    }

    struct Publish: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Persistent messages into a durable queue.")
        @OptionGroup var common: Common
        @Option(help: "Unconfirmed messages at a time; 0 publishes without confirms.")
        var window = Publisher.defaultWindow

        mutating func validate() throws {
            guard window >= 0 else { throw ValidationError("--window is 0 or more") }
        }

        mutating func run() async throws {
            let (common, window) = (common, window)
            try await common.measure { connection, channel in
                let progress = ProgressBar("publishing", total: common.count, console: Console(common.output))
                defer { progress.finish() }
                let body = common.body
                let publisher = window > 0 ? try await connection.makePublisher(window: window) : nil
                let start = ResourceUsage.now
                for _ in 0..<common.count {
                    if let publisher {
                        try await publisher.publishDeferred(body, routingKey: common.queue)
                    } else {
                        try await channel.publish(body, routingKey: common.queue)
                    }
                    progress.advance()
                }
                // An answer on the same channel means that the broker has read everything before it.
                if let publisher {
                    try await publisher.drain()
                } else {
                    try await channel.declareQueue(common.queue, passive: true)
                }
                return BenchReport("publish", count: common.count, since: start)
            }
        }
    }

    struct Consume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "From a durable queue, with an ack each.")
        @OptionGroup var common: Common
        @Option(help: "Unsettled deliveries at a time.") var prefetch = 1000

        mutating func run() async throws {
            let (common, prefetch) = (common, prefetch)
            try await common.measure { connection, channel in
                let body = common.body
                let publisher = try await connection.makePublisher()
                for _ in 0..<common.count { try await publisher.publishDeferred(body, routingKey: common.queue) }
                try await publisher.drain()
                let progress = ProgressBar("consuming", total: common.count, console: Console(common.output))
                defer { progress.finish() }
                let start = ResourceUsage.now
                let consumer = try await channel.consume(common.queue, prefetch: prefetch)
                try await withTaskExecutorPreference(connection.taskExecutor) {
                    var left = common.count
                    for try await delivery in consumer {
                        try delivery.ack()
                        progress.advance()
                        left -= 1
                        if left == 0 { break }
                    }
                }
                try await consumer.cancel()
                return BenchReport("consume", count: common.count, since: start)
            }
        }
    }

    struct RoundTrip: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "From publish to delivery, at a steady rate: latency percentiles.")
        @OptionGroup var common: Common
        @Option(help: "Messages per second.") var rate = 1000.0

        mutating func validate() throws {
            guard rate > 0 else { throw ValidationError("--rate is above 0") }
        }

        mutating func run() async throws {
            let (common, rate) = (common, rate)
            try await common.measure { connection, channel in
                let progress = ProgressBar("round trips", total: common.count, console: Console(common.output))
                defer { progress.finish() }
                let consumer = try await channel.consume(common.queue, prefetch: 1000)
                let publisher = try await connection.makePublisher()
                let clock = ContinuousClock()
                let epoch = clock.now
                let start = ResourceUsage.now
                async let publishing: Void = {
                    let pace = Pace(perSecond: rate)
                    for number in 0..<common.count {
                        try await pace.wait(before: number)
                        // The time of sending travels as the message id, in nanoseconds since the start.
                        var properties = BasicProperties.persistent
                        properties.messageID = "\(Int64((epoch.duration(to: clock.now)).seconds * 1e9))"
                        try await publisher.publishDeferred(
                            common.body, routingKey: common.queue, properties: properties)
                    }
                }()
                var latencies: [Double] = []
                for try await delivery in consumer {
                    let now = epoch.duration(to: clock.now).seconds
                    if let sent = delivery.properties.messageID.flatMap(Double.init) {
                        latencies.append(now - sent / 1e9)
                    }
                    try delivery.ack()
                    progress.advance()
                    if latencies.count == common.count { break }
                }
                try await publishing
                try await consumer.cancel()
                return BenchReport("roundtrip", count: common.count, since: start, latencies: latencies)
            }
        }
    }
}
