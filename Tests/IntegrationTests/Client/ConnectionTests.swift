import AMQPClient
import LocalBroker
import Testing

@Suite(.needsBroker, .timeLimit(.minutes(2))) struct ConnectionTests {
    @Test func theServerTellsWhoItIs() async throws {
        let connection = try await TestBroker.connect()
        let server = try #require(await connection.server)
        #expect(server.product == "RabbitMQ" && server.version.contains("."))
        #expect(await connection.frameMax == 131_072)
        await connection.close()
        #expect(await connection.waitUntilClosed() == nil)
    }

    @Test func aWrongPasswordIsRefusedAndNotRepeated() async throws {
        var address = try BrokerAddress(uri: try await TestBroker.url())
        address.credentials.password = "S3cr3t-wrong"
        let wrong = address
        let error = await #expect(throws: AMQPError.self) { try await AMQPConnection.connect(to: wrong) }
        #expect(error?.code == .authenticationFailed)
        #expect(error.map { "\($0)" }?.contains("S3cr3t") == false)
    }

    @Test func aMissingVirtualHostIsNamed() async throws {
        var address = try BrokerAddress(uri: try await TestBroker.url())
        address.virtualHost = "no-such"
        let wrong = address
        let error = await #expect(throws: AMQPError.self) { try await AMQPConnection.connect(to: wrong) }
        #expect(error?.code == .virtualHostRefused && error?.message.contains("no-such") == true)
    }

    @Test func nobodyListens() async {
        let error = await #expect(throws: AMQPError.self) { try await AMQPConnection.connect(to: "amqp://127.0.0.1:1") }
        #expect(error?.code == .connectFailed && error?.message.contains("refused") == true)
    }

    @Test func anUnknownNameIsSaid() async {
        let error = await #expect(throws: AMQPError.self) {
            try await AMQPConnection.connect(to: "amqp://no-such-host.invalid")
        }
        #expect(error?.code == .connectFailed)
    }

    @Test func channelNumbersRunOutAndComeBack() async throws {
        let connection = try await TestBroker.connect { $0.channelMax = 3 }
        var channels: [AMQPChannel] = []
        for _ in 0..<3 { channels.append(try await connection.openChannel()) }
        let error = await #expect(throws: AMQPError.self) { try await connection.openChannel() }
        #expect(error?.code == .noChannelLeft)
        try await channels[1].close()
        let again = try await connection.openChannel()
        #expect(again.number == channels[1].number)
        try await again.declareQueue(exclusive: true)
        await connection.close()
    }

    @Test func everythingEndsWithTheConnection() async throws {
        try await withBroker { connection, channel, queue in
            let other = try await TestBroker.connect()
            let consumer = try await other.openChannel().consume(queue, prefetch: 1)
            let publisher = try await other.makePublisher()
            await other.close()
            await #expect(throws: AMQPError.self) { for try await _ in consumer {} }
            await #expect(throws: AMQPError.self) { try await publisher.publish("late", routingKey: queue) }
            await #expect(throws: AMQPError.self) { try await other.openChannel() }
        }
    }

    @Test func closingConfirmsWhatWasAccepted() async throws {
        try await withBroker { connection, channel, queue in
            let other = try await TestBroker.connect()
            let publisher = try await other.makePublisher()
            var confirmations: [DeferredConfirmation] = []
            for number in 0..<500 {
                confirmations.append(try await publisher.publishDeferred(.init("\(number)"), routingKey: queue))
            }
            await other.close()
            for confirmation in confirmations { #expect(await confirmation.outcome == .confirmed) }
            #expect(try await channel.declareQueue(queue, passive: true).messageCount == 500)
        }
    }

    @Test(.needsOwnBroker) func anOperatorClosesTheConnection() async throws {
        let broker = try #require(try await TestBroker.own())
        let connection = try await TestBroker.connect {
            $0.connectionName = "to be closed"
            $0.recovery = .disabled
        }
        let consumer = try await {
            let channel = try await connection.openChannel()
            let queue = try await channel.declareQueue(exclusive: true).name
            return try await channel.consume(queue, prefetch: 1)
        }()
        let pids = try await broker.control("list_connections", "--quiet", "pid", "client_properties")
        let line = try #require(pids.split(separator: "\n").first { $0.contains("to be closed") })
        let pid = String(try #require(line.split(separator: "\t").first))
        let end = Task { await connection.waitUntilClosed() }
        try await broker.control("close_connection", pid, "maintenance")
        let error = try #require(await end.value)
        #expect(error.code == .connectionClosed && error.reply?.code == 320 && error.message.contains("maintenance"))
        let last = await #expect(throws: AMQPError.self) { for try await _ in consumer {} }
        #expect(last == error)
    }
}
