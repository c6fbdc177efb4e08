import AMQPCodec
import BrokerPool
import Foundation
import LocalBroker
import Testing
import Warren

@testable import AMQPClient

/// What the server ends by itself: consumer timeouts, deleted queues, maintenance, alarms, limits. Each on a broker of
/// its own where it touches everybody.
@Suite(.needsOwnBroker, .timeLimit(.minutes(3))) struct ServerEventTests {
    private static let quorum: FieldTable = ["x-queue-type": "quorum"]

    /// A broker that ends a delivery that is held for longer than a second.
    private func withImpatientBroker<Result: Sendable>(
        _ body: (RunningBroker, AMQPConnection.Options, EventLog) async throws -> Result
    ) async throws -> Result {
        try await LocalBroker.run(configuration: TestBroker.configuration + ["consumer_timeout = 1000"]) { broker in
            // Up to 4.2 a channel looks once a minute.
            try await broker.control("eval", "application:set_env(rabbit, channel_tick_interval, 500).")
            let log = EventLog()
            var options = TestBroker.options
            options.onEvent = { log.record($0) }
            return try await body(broker, options, log)
        }
    }

    @Test("consumer_timeout") func aConsumerThatTookTooLongGoesOnOnAFreshChannel() async throws {
        try await withImpatientBroker { broker, options, log in
            let connection = try await AMQPConnection.connect(to: TestBroker.url(of: broker), options: options)
            let channel = try await connection.openChannel()
            try await channel.declareQueue("slow", arguments: Self.quorum)
            let publisher = try await connection.makePublisher()
            #expect(try await publisher.publish("task", routingKey: "slow").isConfirmed)
            let interrupted = Gate()
            let consumer = try await channel.consume("slow", prefetch: 1) { _ in interrupted.arrive() }
            var deliveries = consumer.makeAsyncIterator()
            let late = try #require(try await deliveries.next())
            try await interrupted.arrivals(1)
            #expect(!late.isLeased)
            #expect(throws: AMQPError.self) { try late.ack() }
            // The same consumer, and the message again.
            let again = try #require(try await deliveries.next())
            #expect(again.redelivered && again.body.text == "task")
            try again.ack()
            let (number, _): (UInt16, AMQPError) = try await log.next {
                if case .channelRestored(let number, let error) = $0 { (number, error) } else { nil }
            }
            #expect(number == channel.number)
            #expect(try await channel.declareQueue("slow", passive: true).messageCount == 0)
            #expect(!log.all.contains { if case .lost = $0 { true } else { false } }, "the connection never ended")
            await connection.close()
        }
    }

    @Test("consumer_timeout: the worker cancels the task and goes on") func aTaskThatTakesTooLong() async throws {
        try await withImpatientBroker { broker, options, _ in
            let brokers = try BrokerPool(uris: TestBroker.url(of: broker), options: options)
            let connection = try await brokers.connect()
            let channel = try await connection.openChannel()
            try await channel.declareQueue("slow", arguments: Self.quorum)
            let publisher = try await connection.makePublisher()
            for body in ["slow", "next"] { _ = try await publisher.publish(.init(body), routingKey: "slow") }
            var workerOptions = WorkerPool.Options(concurrency: 1)
            workerOptions.limit = 3
            let pool = WorkerPool(
                brokers: brokers, queue: QueueDeclaration("slow", arguments: Self.quorum), options: workerOptions
            ) { delivery, _ in
                guard delivery.body.text == "slow", !delivery.redelivered else { return }
                try await Task.sleep(for: .seconds(600))
            }
            let summary = try await pool.work()
            #expect(summary.done == 2 && summary.leaseLost == 1)
            #expect(try await channel.declareQueue("slow", passive: true).messageCount == 0)
            await connection.close()
        }
    }

    @Test("reject counts towards the delivery limit; nack only up to 4.2") func theDeliveryLimit() async throws {
        let version = try await TestBroker.version()
        let nackCounts = (version.major, version.minor) < (4, 3)
        try await withBroker { connection, channel, dead in
            for (verb, counts) in [("reject", true), ("nack", nackCounts)] {
                let queue = freshQueueName()
                try await channel.declareQueue(
                    queue,
                    arguments: QueueArguments(
                        type: .quorum, deadLetterExchange: "", deadLetterRoutingKey: dead, deliveryLimit: 2
                    ).table)
                let publisher = try await connection.makePublisher()
                #expect(try await publisher.publish(.init(verb), routingKey: queue).isConfirmed)
                let consumer = try await connection.openChannel().consume(queue, prefetch: 1)
                var deliveries = consumer.makeAsyncIterator()
                for _ in 0..<3 {
                    let delivery = try #require(try await deliveries.next())
                    if verb == "reject" { try delivery.reject(requeue: true) } else { try delivery.nack() }
                }
                if counts {
                    let letters = try await connection.openChannel().consume(dead, prefetch: 1)
                    var letter = letters.makeAsyncIterator()
                    let dead = try #require(try await letter.next())
                    #expect(dead.body.text == verb)
                    try dead.ack()
                    try await letters.cancel()
                } else {
                    let fourth = try #require(try await deliveries.next())
                    try fourth.ack()
                }
                try await channel.deleteQueue(queue)
            }
        }
    }

    @Test("drain / maintenance") func aDrainedNodeIsLeftForTheOther() async throws {
        try await LocalBroker.run(nodes: 2, configuration: TestBroker.configuration) { broker in
            let log = EventLog()
            var options = TestBroker.options
            options.onEvent = { log.record($0) }
            let addresses = try [1, 2].map { try BrokerAddress(uri: TestBroker.url(of: broker, node: $0)) }
            let connection = try await AMQPConnection.connect(toAnyOf: addresses, options: options)
            let publisher = try await connection.makePublisher(unanswered: .isReplayed)
            try await connection.openChannel().declareQueue("q", exclusive: true)
            try await broker.control("drain", tool: "rabbitmq-upgrade")
            #expect(try await log.lost().isMaintenance)
            try await log.recovered()
            #expect(await connection.address == addresses[1])
            #expect(try await publisher.publish("x", routingKey: "q").isConfirmed)
            let tried = log.all.compactMap { if case .reconnecting(let address, _) = $0 { address } else { nil } }
            #expect(tried == [addresses[1]], "the drained node is left alone")
            try await broker.control("revive", tool: "rabbitmq-upgrade")
            await connection.close()
        }
    }

    @Test("message over broker max") func aTooLargeMessageCostsItsChannelAndNothingElse() async throws {
        try await withBroker { connection, _, queue in
            let bystander = try await connection.makePublisher()
            let publisher = try await connection.makePublisher()
            let body = MessageBody(Array(repeating: 1, count: TestBroker.maximumMessageSize + 1))
            guard case .unknown(let error) = try await publisher.publish(body, routingKey: queue) else {
                return #expect(Bool(false))
            }
            #expect(error.reply?.code == 406 && error.message.contains("size"))
            let late = await #expect(throws: AMQPError.self) { try await publisher.publish("x", routingKey: queue) }
            #expect(late?.code == .channelClosed)
            #expect(try await bystander.publish("x", routingKey: queue).isConfirmed)
        }
    }

    @Test("table bombs in a message that somebody else published", arguments: [31, 32, 33, 100, 20_000])
    func nestedTables(depth: Int) async throws {
        try await withBroker { connection, _, queue in
            // Nobody's encoder writes such a thing, so it goes to the wire byte by byte.
            let stranger = try await TestBroker.connect()
            let number = try await stranger.openChannel().number
            var frames: [UInt8] = []
            let publish = [0, 60, 0, 40, 0, 0, 0] + [UInt8(queue.utf8.count)] + Array(queue.utf8) + [0]
            frames += Self.frame(1, number, publish)
            let table = Self.nested(depth)
            frames += Self.frame(2, number, [0, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x20, 0] + table)
            frames += Self.frame(3, number, [7])
            stranger.outbox.send(raw: frames)
            stranger.requestFlush()
            let publisher = try await connection.makePublisher()
            let consumer = try await connection.openChannel().consume(queue, prefetch: 10)
            var deliveries = consumer.makeAsyncIterator()
            if depth <= 32 {
                let delivery = try #require(try await deliveries.next())
                #expect(delivery.properties.headers?.entries.count == 1)
                try delivery.ack()
            }
            // The connection goes on, whatever became of that message.
            try await stranger.openChannel().close()
            #expect(try await publisher.publish("after", routingKey: queue).isConfirmed)
            let after = try #require(try await deliveries.next())
            #expect(after.body.text == "after")
            try after.ack()
            await stranger.close()
        }
    }

    private static func frame(_ type: UInt8, _ channel: UInt16, _ payload: [UInt8]) -> [UInt8] {
        [type] + withUnsafeBytes(of: channel.bigEndian) { Array($0) }
            + withUnsafeBytes(of: UInt32(payload.count).bigEndian) { Array($0) } + payload + [0xCE]
    }

    /// Tables in tables, the innermost one empty.
    private static func nested(_ depth: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        for level in stride(from: depth - 1, through: 0, by: -1) {
            bytes += withUnsafeBytes(of: UInt32(level * 7).bigEndian) { Array($0) }
            if level > 0 { bytes += [1, 0x61, 0x46] }
        }
        return bytes
    }

    @Test("memory alarm: close works while blocked") func closingWhileBlocked() async throws {
        try await LocalBroker.run(configuration: TestBroker.configuration) { broker in
            let log = EventLog()
            var options = TestBroker.options
            options.onEvent = { log.record($0) }
            let connection = try await AMQPConnection.connect(to: TestBroker.url(of: broker), options: options)
            let publisher = try await connection.makePublisher()
            try await connection.openChannel().declareQueue("q")
            _ = try await publisher.publish("x", routingKey: "q")
            try await broker.control("set_vm_memory_high_watermark", "0.000000001")
            _ = try await publisher.publishDeferred("y", routingKey: "q")
            try await log.next { if case .blocked = $0 { true } else { nil } }
            await connection.close(timeout: .seconds(1))
            #expect(await connection.waitUntilClosed() == nil)
            // And what is unblocked goes on.
            let other = try await AMQPConnection.connect(to: TestBroker.url(of: broker), options: options)
            try await broker.control("set_vm_memory_high_watermark", "0.4")
            #expect(try await other.makePublisher().publish("z", routingKey: "q").isConfirmed)
            await other.close()
        }
    }
}
