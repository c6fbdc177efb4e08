import AMQPCodec
import AMQPTestSupport
import Foundation
import LocalBroker
import Testing

@testable import AMQPClient

/// The real broker behind a proxy that cuts connections.
@Suite(.needsBroker, .timeLimit(.minutes(3))) struct RecoveryTests {
    private func withProxy<Result: Sendable>(
        _ change: (inout AMQPConnection.Options) -> Void = { _ in },
        _ body: (AMQPConnection, FaultProxy, EventLog) async throws -> Result
    ) async throws -> Result {
        let log = EventLog()
        var options = TestBroker.options
        options.onEvent = { log.record($0) }
        change(&options)
        let final = options
        var address = try BrokerAddress(uri: try await TestBroker.url())
        return try await FaultProxy.run(to: address.host, port: address.port) { proxy in
            address.host = "127.0.0.1"
            address.port = proxy.port
            let connection = try await AMQPConnection.connect(to: address, options: final, logger: TestLog.logger)
            do {
                let result = try await body(connection, proxy, log)
                await connection.close()
                return result
            } catch {
                await connection.close()
                throw error
            }
        }
    }

    // MARK: Consumers and leases

    @Test func consumersGoOnAndOldDeliveriesAreLost() async throws {
        try await withProxy { connection, proxy, log in
            try await withBroker { _, channel, queue in
                let consumer = try await connection.openChannel().consume(queue, prefetch: 10)
                let outlet = try await channel.connection.makePublisher()
                #expect(try await outlet.publish("one", routingKey: queue).isConfirmed)
                var deliveries = consumer.makeAsyncIterator()
                let first = try #require(try await deliveries.next())
                #expect(first.isLeased)
                proxy.reset()
                try await log.recovered()
                #expect(!first.isLeased)
                let error = #expect(throws: AMQPError.self) { try first.ack() }
                #expect(error?.code == .leaseLost)
                let again = try #require(try await deliveries.next())
                #expect(again.redelivered && again.body.text == "one")
                #expect(again.deliveryTag == first.deliveryTag, "tags begin anew, which is why a late ack is dangerous")
                #expect(throws: AMQPError.self) { try first.ack() }
                #expect(throws: AMQPError.self) { try first.reject(requeue: false) }
                try again.ack()
                try await consumer.cancel()
                #expect(try await channel.declareQueue(queue, passive: true).messageCount == 0)
            }
        }
    }

    @Test func staleAcksNeverReachTheWire() async throws {
        let sent = try await ScriptedPeer.run { session in
            try await session.shakeHands()
            let (number, tag) = try await session.startConsumer()
            try await session.send(
                BasicDeliver(consumerTag: tag, deliveryTag: 5, redelivered: false, exchange: "", routingKey: "q"),
                body: [1], on: number)
            if try await session.expect(BasicAck.self).arguments.deliveryTag == 5 {
                await session.abort(reset: true)
            }
        } _: { peer in
            let log = EventLog()
            var options = AMQPConnection.Options()
            options.onEvent = { log.record($0) }
            let connection = try await AMQPConnection.connect(to: peer.url, options: options)
            let consumer = try await connection.openChannel().consume("q", prefetch: 5)
            var deliveries = consumer.makeAsyncIterator()
            let first = try #require(try await deliveries.next())
            try first.ack()
            _ = try await log.lost()
            // The same tag again, in the next life of the channel. The peer would end that as well, if it were acked.
            let second = try #require(try await deliveries.next())
            #expect(throws: AMQPError.self) { try first.nack() }
            try await log.recovered()
            #expect(second.deliveryTag == first.deliveryTag && second.isLeased)
            await connection.close(timeout: .milliseconds(200))
            return peer.connectionCount
        }
        #expect(sent == 2)
    }

    @Test func workIsCancelledWhenItsLeaseEnds() async throws {
        try await withProxy { connection, proxy, _ in
            try await withBroker { _, channel, queue in
                let consumer = try await connection.openChannel().consume(queue, prefetch: 1)
                #expect(try await channel.connection.makePublisher().publish("x", routingKey: queue).isConfirmed)
                var deliveries = consumer.makeAsyncIterator()
                let delivery = try #require(try await deliveries.next())
                let begun = Gate()
                let work = Task {
                    try await delivery.whileLeased {
                        begun.arrive()
                        try await Task.sleep(for: .seconds(600))
                    }
                }
                try await begun.arrivals(1)
                proxy.reset()
                let error = await #expect(throws: AMQPError.self) { try await work.value }
                #expect(error?.code == .leaseLost)
                try await deliveries.next()?.ack()
            }
        }
    }

    // MARK: Publishers

    @Test(arguments: [false, true])
    func publishesDuringAnOutageAreKeptAndSent(replays: Bool) async throws {
        try await withProxy { connection, proxy, log in
            try await withBroker { _, channel, queue in
                let publisher = try await connection.makePublisher(unanswered: replays ? .isReplayed : .isUnknown)
                #expect(try await publisher.publish("before", routingKey: queue).isConfirmed)
                proxy.refuseConnections(true)
                proxy.reset()
                _ = try await log.lost()
                var kept: [DeferredConfirmation] = []
                for number in 0..<100 {
                    kept.append(try await publisher.publishDeferred(.init("\(number)"), routingKey: queue))
                }
                #expect(publisher.tally.total == 1)
                proxy.refuseConnections(false)
                for confirmation in kept { #expect(await confirmation.outcome == .confirmed) }
                #expect(try await channel.declareQueue(queue, passive: true).messageCount == 101)
                var order: [String] = []
                while let delivery = try await channel.get(queue, acknowledgement: .none) {
                    order.append(delivery.body.text)
                }
                #expect(order == ["before"] + (0..<100).map(String.init))
            }
        }
    }

    @Test func unansweredPublishesAreUnknown() async throws {
        try await withProxy { connection, proxy, log in
            try await withBroker { _, _, queue in
                let publisher = try await connection.makePublisher()
                // What is sent arrives, the answer does not.
                proxy.faults(.toClient) { $0.isBlackHole = true }
                let confirmation = try await publisher.publishDeferred("x", routingKey: queue)
                proxy.reset()
                guard case .unknown(let error) = await confirmation.outcome else { return #expect(Bool(false)) }
                #expect(error.code == .connectionLost)
                proxy.faults { $0 = .init() }
                try await log.recovered()
                #expect(try await publisher.publish("y", routingKey: queue).isConfirmed)
            }
        }
    }

    @Test func unansweredPublishesAreReplayedWithTheSameMessageID() async throws {
        try await withProxy { connection, proxy, _ in
            try await withBroker { own, channel, queue in
                let publisher = try await connection.makePublisher(unanswered: .isReplayed)
                proxy.faults(.toClient) { $0.isBlackHole = true }
                let confirmation = try await publisher.publishDeferred("x", routingKey: queue)
                // Once it is in the queue it is certain that it was sent before the connection is cut.
                while try await channel.declareQueue(queue, passive: true).messageCount == 0 { await Task.yield() }
                // In this order: the confirm may still be under way.
                proxy.reset()
                proxy.faults { $0 = .init() }
                #expect(await confirmation.outcome == .confirmed)
                let first = try #require(try await channel.get(queue, acknowledgement: .none))
                let second = try #require(try await channel.get(queue, acknowledgement: .none))
                #expect(first.properties.messageID == second.properties.messageID)
                #expect(first.properties.messageID != nil)
            }
        }
    }

    @Test func aMandatoryMessageIsReturnedAfterAReplayToo() async throws {
        try await withProxy { connection, proxy, log in
            let publisher = try await connection.makePublisher(unanswered: .isReplayed)
            proxy.refuseConnections(true)
            proxy.reset()
            _ = try await log.lost()
            let nowhere = try await publisher.publishDeferred("x", routingKey: "no-such-\(UUID())")
            proxy.refuseConnections(false)
            guard case .returned(let reason) = await nowhere.outcome else { return #expect(Bool(false)) }
            #expect(reason.replyCode == 312)
        }
    }

    @Test func whatIsNotRecoveredInTimeEnds() async throws {
        try await withProxy {
            $0.publishTimeout = .seconds(2)
            $0.rpcTimeout = .seconds(20)
        } _: { connection, proxy, log in
            let publisher = try await connection.makePublisher(window: 2)
            let channel = try await connection.openChannel()
            proxy.refuseConnections(true)
            proxy.reset()
            _ = try await log.lost()
            let kept = try await publisher.publishDeferred("x", routingKey: "q")
            _ = try await publisher.publishDeferred("x", routingKey: "q")
            // The window is full of what cannot be sent.
            let full = await #expect(throws: AMQPError.self) {
                try await publisher.publishDeferred("x", routingKey: "q")
            }
            #expect(full?.code == .timeout)
            guard case .unknown = await kept.outcome else { return #expect(Bool(false)) }
            let call = await #expect(throws: AMQPError.self) { try await channel.declareQueue("q", passive: true) }
            #expect(call?.code == .connectionLost)
        }
    }

    @Test func aTransactionEndsWithItsConnection() async throws {
        try await withProxy { connection, proxy, log in
            let transaction = try await connection.makeTransaction()
            try await transaction.publish("x", routingKey: "no-such-queue")
            proxy.reset()
            try await log.recovered()
            let error = await #expect(throws: AMQPError.self) { try await transaction.commit() }
            #expect(error?.code == .channelClosed && error?.message.contains("transaction") == true)
            try await connection.makeTransaction().commit()
        }
    }

    // MARK: Ends

    @Test func closingDuringAnOutageEndsAtOnce() async throws {
        try await withProxy { connection, proxy, log in
            let consumer = try await connection.openChannel().consume(
                try await connection.openChannel().declareQueue(exclusive: true).name, prefetch: 1)
            proxy.refuseConnections(true)
            proxy.reset()
            _ = try await log.lost()
            await connection.close()
            #expect(await connection.waitUntilClosed() == nil)
            await #expect(throws: AMQPError.self) { for try await _ in consumer {} }
        }
    }

    @Test func recoveryGivesUpWhenAsked() async throws {
        try await withProxy {
            $0.recovery.giveUpAfter = .milliseconds(200)
        } _: { connection, proxy, _ in
            proxy.refuseConnections(true)
            proxy.reset()
            let error = await connection.waitUntilClosed()
            #expect(error?.code == .connectionClosed && error?.message.contains("not recovered within") == true)
        }
    }

    @Test func aDeadPeerIsNoticed() async throws {
        try await withProxy {
            $0.heartbeat = 1
        } _: { connection, proxy, log in
            // Only that way: the broker hears our heartbeats and has no reason to close.
            proxy.faults(.toClient) { $0.isBlackHole = true }
            #expect(try await log.lost().message.contains("heartbeat"))
            proxy.faults { $0 = .init() }
            try await log.recovered()
            try await connection.openChannel().close()
        }
    }

    @Test func corruptionCostsTheConnectionAndNothingElse() async throws {
        try await withProxy { connection, proxy, log in
            try await withBroker { _, channel, queue in
                let consumer = try await connection.openChannel().consume(queue, prefetch: 10)
                proxy.faults(.toClient) { $0.corruptsEvery = 5 }
                let outlet = try await channel.connection.makePublisher()
                #expect(try await outlet.publish("one", routingKey: queue).isConfirmed)
                _ = try await log.lost()
                proxy.faults { $0 = .init() }
                try await log.recovered()
                var deliveries = consumer.makeAsyncIterator()
                try await deliveries.next()?.ack()
            }
        }
    }

    @Test func slicesAndDelaysChangeNothing() async throws {
        try await withProxy { connection, proxy, _ in
            proxy.faults {
                $0.slice = 3
                $0.delay = .milliseconds(1)
            }
            try await withBroker { _, _, queue in
                let publisher = try await connection.makePublisher()
                let consumer = try await connection.openChannel().consume(queue, prefetch: 10)
                for number in 0..<20 { try await publisher.publishDeferred(.init("\(number)"), routingKey: queue) }
                #expect(try await publisher.drain().confirmed == 20)
                var deliveries = consumer.makeAsyncIterator()
                for number in 0..<20 {
                    let delivery = try #require(try await deliveries.next())
                    #expect(delivery.body.text == "\(number)")
                    try delivery.ack()
                }
            }
        }
    }

    @Test(arguments: [5])
    func manyReconnectsLeaveNothingBehind(times: Int) async throws {
        try await withProxy { connection, proxy, log in
            try await withBroker { _, channel, queue in
                let consumer = try await connection.openChannel().consume(queue, prefetch: 10)
                let publisher = try await connection.makePublisher(unanswered: .isReplayed)
                var deliveries = consumer.makeAsyncIterator()
                for round in 0..<times {
                    let confirmation = try await publisher.publishDeferred(.init("\(round)"), routingKey: queue)
                    proxy.reset()
                    try await log.recovered()
                    #expect(await confirmation.outcome == .confirmed)
                    // It may have been delivered more than once.
                    while let delivery = try await deliveries.next() {
                        guard (try? delivery.ack()) != nil else { continue }
                        if delivery.body.text == "\(round)" { break }
                    }
                }
                #expect(proxy.connectionCount == times + 1)
            }
        }
    }
}
