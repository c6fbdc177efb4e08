import AMQPClient
import LocalBroker
import Testing

@Suite(.needsBroker, .timeLimit(.minutes(5))) struct PublishingTests {
    @Test func aConfirmedMessageIsInTheQueue() async throws {
        try await withBroker { connection, channel, queue in
            let publisher = try await connection.makePublisher()
            #expect(try await publisher.publish("hello", routingKey: queue) == .confirmed)
            let delivery = try #require(try await channel.get(queue))
            #expect(delivery.body.text == "hello" && delivery.properties.deliveryMode == .persistent)
            #expect(delivery.properties.messageID != nil, "so that a return can be told from others")
            try delivery.ack()
            #expect(try await channel.get(queue) == nil)
        }
    }

    @Test func whatNoQueueTakesComesBackWithItsReason() async throws {
        try await withBroker { connection, _, queue in
            let publisher = try await connection.makePublisher()
            // Between others, all at once: each outcome has to find its own message.
            var confirmations: [(Bool, DeferredConfirmation)] = []
            for number in 0..<300 {
                let lost = number % 3 == 0
                let properties = number % 2 == 0 ? BasicProperties(messageID: "id-\(number)") : .persistent
                confirmations.append(
                    (
                        lost,
                        try await publisher.publishDeferred(
                            "x", routingKey: lost ? "nowhere.\(number)" : queue, properties: properties)
                    ))
            }
            for (number, (lost, confirmation)) in confirmations.enumerated() {
                switch await confirmation.outcome {
                case .confirmed: #expect(!lost)
                case .returned(let reason):
                    #expect(lost && reason.routingKey == "nowhere.\(number)" && reason.replyCode == 312)
                case let other: Issue.record("\(other)")
                }
            }
            #expect(publisher.tally.returned == 100 && publisher.tally.confirmed == 200)
        }
    }

    @Test func aFullQueueNacks() async throws {
        try await withBroker(arguments: ["x-max-length": 1, "x-overflow": "reject-publish"]) { connection, _, queue in
            let publisher = try await connection.makePublisher()
            #expect(try await publisher.publish("first", routingKey: queue) == .confirmed)
            #expect(try await publisher.publish("second", routingKey: queue) == .nacked)
        }
    }

    @Test func aMissingExchangeLeavesTheOutcomeUnknownAndSaysWhy() async throws {
        try await withBroker { connection, _, _ in
            let publisher = try await connection.makePublisher()
            guard case .unknown(let error) = try await publisher.publish("x", exchange: "no.such", routingKey: "q")
            else {
                return #expect(Bool(false))
            }
            #expect(error.reply?.code == 404 && error.message.contains("no.such"))
            await #expect(throws: AMQPError.self) { try await publisher.publish("x", routingKey: "q") }
        }
    }

    @Test(arguments: [1, 2, 1000])
    func fiveThousandTrackedConfirmsOneAfterTheOther(_ window: Int) async throws {
        try await withBroker { connection, _, queue in
            let publisher = try await connection.makePublisher(window: window)
            for _ in 0..<5000 { #expect(try await publisher.publish("x", routingKey: queue) == .confirmed) }
        }
    }

    @Test(arguments: [1, 100, 10_000])
    func fiveThousandTrackedConfirmsAtOnce(_ window: Int) async throws {
        try await withBroker { connection, channel, queue in
            let publisher = try await connection.makePublisher(window: window)
            try await withThrowingTaskGroup(of: PublishOutcome.self) { group in
                for _ in 0..<5000 { group.addTask { try await publisher.publish("x", routingKey: queue) } }
                for try await outcome in group { #expect(outcome == .confirmed) }
            }
            #expect(publisher.tally.confirmed == 5000)
            #expect(try await channel.declareQueue(queue, passive: true).messageCount == 5000)
        }
    }

    @Test func manyPublishersOnOneConnection() async throws {
        try await withBroker { connection, channel, queue in
            try await withThrowingTaskGroup { group in
                for _ in 0..<8 {
                    group.addTask {
                        let publisher = try await connection.makePublisher(window: 50)
                        for _ in 0..<500 { try await publisher.publishDeferred("x", routingKey: queue) }
                        #expect(try await publisher.drain().confirmed == 500)
                        try await publisher.close()
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await channel.declareQueue(queue, passive: true).messageCount == 4000)
        }
    }

    @Test func transactionsTakeEffectTogetherOrNotAtAll() async throws {
        try await withBroker { connection, channel, queue in
            let transaction = try await connection.makeTransaction()
            try await transaction.publish("a", routingKey: queue)
            try await transaction.rollback()
            try await transaction.publish("b", routingKey: queue)
            try await transaction.publish("c", routingKey: queue)
            #expect(try await channel.declareQueue(queue, passive: true).messageCount == 0)
            try await transaction.commit()
            #expect(try await channel.declareQueue(queue, passive: true).messageCount == 2)
        }
    }

    @Test func invalidMessagesAreRefusedHereAndCostNothing() async throws {
        try await withBroker { connection, _, queue in
            let publisher = try await connection.makePublisher()
            let error = await #expect(throws: AMQPError.self) {
                try await publisher.publish("x", routingKey: String(repeating: "k", count: 256))
            }
            #expect(error?.code == .invalidArgument)
            #expect(try await publisher.publish("x", routingKey: queue) == .confirmed)
        }
    }

    /// On a broker of its own: the alarm blocks everybody who publishes there.
    @Test(.needsOwnBroker) func anAlarmHoldsPublishersAndNotConsumers() async throws {
        try await LocalBroker.run { broker in
            func connect(_ publishTimeout: Duration = .seconds(30)) async throws -> AMQPConnection {
                var options = AMQPConnection.Options()
                options.publishTimeout = publishTimeout
                return try await AMQPConnection.connect(to: broker.url, options: options)
            }
            let connection = try await connect()
            let queue = "alarm"
            try await connection.openChannel().declareQueue(queue)
            let publisher = try await connection.makePublisher()
            for _ in 0..<10 { _ = try await publisher.publish("before", routingKey: queue) }
            try await broker.control("set_vm_memory_high_watermark", "0.000000001")
            let blocked = try await connect(.seconds(1))
            let other = try await blocked.makePublisher()
            // The first publish tells the broker that this connection publishes; then it says "blocked".
            _ = try await other.publishDeferred("during", routingKey: queue)
            let error = await #expect(throws: AMQPError.self) {
                for _ in 0..<100 { _ = try await other.publish("during", routingKey: queue) }
            }
            #expect(error?.code == .blocked && error?.message.contains("memory") == true)
            #expect(blocked.blockedReason != nil)

            let consumer = try await connect()
            var deliveries = try await consumer.openChannel().consume(queue, prefetch: 5).makeAsyncIterator()
            for _ in 0..<10 { try await deliveries.next()?.ack() }
            await consumer.close()

            try await broker.control("set_vm_memory_high_watermark", "0.4")
            let after = try await connect()
            #expect(try await after.makePublisher().publish("after", routingKey: queue) == .confirmed)
            await after.close()
            await blocked.close()
            await connection.close()
        }
    }
}
