import AMQPClient
import Testing

@Suite(.needsBroker, .timeLimit(.minutes(2))) struct ConsumingTests {
    private func publish(_ count: Int, _ connection: AMQPConnection, _ queue: String) async throws {
        let publisher = try await connection.makePublisher()
        for number in 1...count { try await publisher.publishDeferred(.init("\(number)"), routingKey: queue) }
        try await publisher.drain()
        try await publisher.close()
    }

    @Test func deliveriesComeInOrderAndAckedOnesAreGone() async throws {
        try await withBroker { connection, channel, queue in
            try await publish(1000, connection, queue)
            let consumer = try await channel.consume(queue, prefetch: 7)
            var expected = 1
            for try await delivery in consumer {
                #expect(delivery.body.text == "\(expected)" && !delivery.redelivered)
                #expect(delivery.deliveryTag == UInt64(expected))
                try delivery.ack()
                expected += 1
                if expected > 1000 { break }
            }
            try await consumer.cancel()
            #expect(try await channel.declareQueue(queue, passive: true).messageCount == 0)
        }
    }

    @Test func noMoreThanThePrefetchIsHeld() async throws {
        try await withBroker { connection, channel, queue in
            try await publish(20, connection, queue)
            let consumer = try await channel.consume(queue, prefetch: 3)
            var deliveries = consumer.makeAsyncIterator()
            var held: [Delivery] = []
            for _ in 0..<3 { held.append(try #require(try await deliveries.next())) }
            // All that the broker will send has come: a round trip on the same channel is behind it.
            let other = try await connection.openChannel()
            #expect(try await other.declareQueue(queue, passive: true).messageCount == 17)
            try held[0].ack()
            #expect(try await deliveries.next()?.body.text == "4")
        }
    }

    @Test func theVerbsDoWhatTheySay() async throws {
        try await withBroker { connection, channel, queue in
            try await publish(3, connection, queue)
            func next() async throws -> Delivery { try #require(try await channel.get(queue)) }
            try await next().nack()
            let again = try await next()
            #expect(again.redelivered && again.body.text == "1")
            try again.reject(requeue: false)
            let second = try await next()
            #expect(second.body.text == "2")
            try second.reject(requeue: true)
            #expect(try await next().body.text == "2")
        }
    }

    @Test func aDeliveryIsSettledOnce() async throws {
        try await withBroker { connection, channel, queue in
            try await publish(1, connection, queue)
            let delivery = try #require(try await channel.get(queue))
            try delivery.ack()
            let error = #expect(throws: AMQPError.self) { try delivery.ack() }
            #expect(error?.code == .alreadySettled)
            // It did not reach the broker, which would have closed the channel.
            try await channel.declareQueue(queue)
        }
    }

    @Test func settlingAfterTheChannelIsGoneSaysSoAndSendsNothing() async throws {
        try await withBroker { connection, _, queue in
            try await publish(1, connection, queue)
            let channel = try await connection.openChannel()
            let delivery = try #require(try await channel.get(queue))
            try await channel.close()
            // The number is taken by another channel, where a stale ack would settle somebody else's message.
            let other = try await connection.openChannel()
            #expect(other.number == channel.number)
            let second = try #require(try await other.get(queue))
            #expect(second.redelivered && second.deliveryTag == delivery.deliveryTag)
            let error = #expect(throws: AMQPError.self) { try delivery.ack() }
            #expect(error?.code == .leaseLost)
            try await other.close()
            let channel3 = try await connection.openChannel()
            #expect(try await channel3.get(queue) != nil, "the message is still there")
        }
    }

    @Test func aServerSideCloseEndsTheLoopWithItsReason() async throws {
        try await withBroker { connection, _, queue in
            let channel = try await connection.openChannel()
            let consumer = try await channel.consume(queue, prefetch: 1)
            let loop = Task { () -> AMQPError? in
                do throws(AMQPError) {
                    for try await _ in consumer {}
                    return nil
                } catch {
                    return error
                }
            }
            await #expect(throws: AMQPError.self) { try await channel.declareQueue("no.such", passive: true) }
            #expect(await loop.value?.reply?.code == 404)
        }
    }

    @Test func deletingTheQueueEndsTheLoopWithItsReason() async throws {
        try await withBroker { connection, channel, queue in
            let name = queue + ".deleted"
            try await channel.declareQueue(name)
            let consumer = try await channel.consume(name, prefetch: 1)
            try await connection.openChannel().deleteQueue(name)
            let error = await #expect(throws: AMQPError.self) { for try await _ in consumer {} }
            #expect(error?.code == .consumerCancelled)
            try await channel.declareQueue(queue)
        }
    }

    @Test func consumingFromNowhereFails() async throws {
        try await withBroker { connection, _, _ in
            let channel = try await connection.openChannel()
            let error = await #expect(throws: AMQPError.self) { try await channel.consume("no.such", prefetch: 1) }
            #expect(error?.reply?.code == 404)
        }
    }

    @Test func cancellingTheTaskEndsTheLoopAndGivesBackTheRest() async throws {
        try await withBroker { connection, channel, queue in
            try await publish(10, connection, queue)
            let taken = try await Task {
                var taken = 0
                for try await delivery in try await channel.consume(queue, prefetch: 4) {
                    try delivery.ack()
                    taken += 1
                    if taken == 2 { withUnsafeCurrentTask { $0?.cancel() } }
                }
                return taken
            }.value
            #expect(taken == 2)
            // The consumer went with the task; what it had and did not take is back.
            let other = try await connection.openChannel()
            var rest = 0
            for try await delivery in try await other.consume(queue, prefetch: 1) {
                try delivery.ack()
                rest += 1
                if rest == 8 { break }
            }
        }
    }

    @Test func withoutAcknowledgementNothingIsLostOnTheWay() async throws {
        try await withBroker { connection, channel, queue in
            try await publish(20_000, connection, queue)
            // Far more than the client takes in before it stops reading from the socket.
            let consumer = try await channel.consume(queue, prefetch: 1, acknowledgement: .none)
            var expected = 1
            for try await delivery in consumer {
                #expect(delivery.body.text == "\(expected)")
                expected += 1
                if expected > 20_000 { break }
            }
        }
    }

    @Test func severalTasksShareOneConsumer() async throws {
        try await withBroker { connection, channel, queue in
            try await publish(2000, connection, queue)
            let consumer = try await channel.consume(queue, prefetch: 50)
            let counts = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        var count = 0
                        for try await delivery in consumer {
                            count += 1
                            if try #require(Int(delivery.body.text)) == 2000 {
                                try delivery.ack()
                                try await consumer.cancel()
                            } else {
                                try delivery.ack()
                            }
                        }
                        return count
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(counts.reduce(0, +) == 2000)
        }
    }

    @Test func aPrefetchOfNothingIsRefused() async throws {
        try await withBroker { _, channel, queue in
            for prefetch in [0, -1, 65536] {
                let error = await #expect(throws: AMQPError.self) {
                    try await channel.consume(queue, prefetch: prefetch)
                }
                #expect(error?.code == .invalidArgument)
            }
        }
    }
}
