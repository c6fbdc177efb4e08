import AMQPTestSupport
import Foundation
import LocalBroker
import Testing

@testable import AMQPClient

/// Exchanges, queues, bindings and consumers after a lost connection, and after what the server ends by itself.
@Suite(.needsOwnBroker, .timeLimit(.minutes(3))) struct TopologyRecoveryTests {
    /// Connects, runs `body`, and closes.
    private func withConnection<Result: Sendable>(
        _ change: (inout AMQPConnection.Options) -> Void = { _ in },
        _ body: (AMQPConnection, EventLog) async throws -> Result
    ) async throws -> Result {
        let log = EventLog()
        let connection = try await TestBroker.connect {
            $0.connectionName = "recovery \(UUID())"
            $0.onEvent = { log.record($0) }
            change(&$0)
        }
        do {
            let result = try await body(connection, log)
            await connection.close()
            return result
        } catch {
            await connection.close()
            throw error
        }
    }

    /// The broker closes it, as by an operator; waits until it is recovered.
    private func interrupt(_ connection: AMQPConnection, _ log: EventLog) async throws {
        try await TestBroker.closeConnection(named: connection.options.connectionName)
        try await log.recovered()
    }

    @Test func whatGoesWithTheConnectionComesBack() async throws {
        try await withConnection { connection, log in
            let channel = try await connection.openChannel()
            let (exchange, relay) = (freshQueueName(), freshQueueName())
            try await channel.declareExchange(exchange, type: .topic, durable: false, autoDelete: true)
            try await channel.declareExchange(relay, type: .fanout, durable: false, autoDelete: true)
            let queue = freshQueueName()
            try await channel.declareQueue(queue, durable: false, exclusive: true)
            try await channel.bindExchange(relay, to: exchange, routingKey: "a.*")
            try await channel.bindQueue(queue, to: relay)
            let consumer = try await channel.consume(queue, prefetch: 10)
            try await interrupt(connection, log)
            let publisher = try await connection.makePublisher()
            #expect(try await publisher.publish("hello", exchange: exchange, routingKey: "a.b").isConfirmed)
            var deliveries = consumer.makeAsyncIterator()
            try await deliveries.next()?.ack()
        }
    }

    @Test func serverNamedQueuesGetANewNameEverywhere() async throws {
        try await withConnection { connection, log in
            let channel = try await connection.openChannel()
            let queue = try await channel.declareQueue(durable: false, exclusive: true).name
            let exchange = freshQueueName()
            try await channel.declareExchange(exchange, type: .direct, durable: false, autoDelete: true)
            try await channel.bindQueue(queue, to: exchange, routingKey: "k")
            let consumer = try await channel.consume(queue, prefetch: 1)
            try await TestBroker.closeConnection(named: connection.options.connectionName)
            let renamed: (String, String) = try await log.next {
                if case .queueRenamed(let from, let to) = $0 { (from, to) } else { nil }
            }
            #expect(renamed.0 == queue && renamed.1 != queue && renamed.1.hasPrefix("amq.gen"))
            try await log.recovered()
            let publisher = try await connection.makePublisher()
            #expect(try await publisher.publish("x", exchange: exchange, routingKey: "k").isConfirmed)
            var deliveries = consumer.makeAsyncIterator()
            try await deliveries.next()?.ack()
        }
    }

    @Test func whatWasDeletedStaysDeleted() async throws {
        try await withConnection { connection, log in
            let channel = try await connection.openChannel()
            let (queue, exchange, bound) = (freshQueueName(), freshQueueName(), freshQueueName())
            try await channel.declareQueue(queue)
            try await channel.declareExchange(exchange, type: .fanout)
            try await channel.declareQueue(bound, exclusive: true)
            try await channel.bindQueue(bound, to: exchange)
            try await channel.deleteQueue(queue)
            try await channel.unbindQueue(bound, from: exchange)
            try await interrupt(connection, log)
            for name in [queue] {
                let error = await #expect(throws: AMQPError.self) {
                    try await connection.openChannel().declareQueue(name, passive: true)
                }
                #expect(error?.reply?.code == 404)
            }
            let outcome = try await connection.makePublisher().publish("x", exchange: exchange, routingKey: "")
            guard case .returned = outcome else { return #expect(Bool(false), "the binding is back: \(outcome)") }
            try await channel.deleteExchange(exchange)
        }
    }

    @Test(arguments: [TopologyScope.none, .transientOnly])
    func theScopeLimitsWhatIsDeclaredAgain(scope: TopologyScope) async throws {
        try await withConnection {
            $0.recovery.topology = scope
        } _: { connection, log in
            let channel = try await connection.openChannel()
            let (durable, transient) = (freshQueueName(), freshQueueName())
            try await channel.declareQueue(durable)
            try await channel.declareQueue(transient, durable: false, exclusive: true)
            // Somebody else deletes it before the connection is lost.
            try await TestBroker.connect().openChannel().deleteQueue(durable)
            try await interrupt(connection, log)
            let isTransientThere = (try? await connection.openChannel().declareQueue(transient, passive: true)) != nil
            #expect(isTransientThere == (scope == .transientOnly))
            await #expect(throws: AMQPError.self) {
                try await connection.openChannel().declareQueue(durable, passive: true)
            }
        }
    }

    @Test func theFilterLeavesOut() async throws {
        let out = freshQueueName()
        try await withConnection {
            $0.recovery.filter = { $0 != .queue(out) }
        } _: { connection, log in
            try await connection.openChannel().declareQueue(out, exclusive: true)
            try await interrupt(connection, log)
            await #expect(throws: AMQPError.self) {
                try await connection.openChannel().declareQueue(out, passive: true)
            }
        }
    }

    @Test("PRECONDITION_FAILED on redeclare") func oneThatDiffersDoesNotKeepTheOthersFromComingBack() async throws {
        try await withConnection { connection, log in
            let channel = try await connection.openChannel()
            let (before, differs, after) = (freshQueueName(), freshQueueName(), freshQueueName())
            for name in [before, differs, after] {
                try await channel.declareQueue(name, arguments: ["x-max-length": 5])
            }
            let other = try await TestBroker.connect().openChannel()
            for name in [before, differs, after] { try await other.deleteQueue(name) }
            try await other.declareQueue(differs, arguments: ["x-max-length": 6])
            try await TestBroker.closeConnection(named: connection.options.connectionName)
            let (entity, error): (TopologyEntity, AMQPError) = try await log.next {
                if case .notRecovered(let entity, let error) = $0 { (entity, error) } else { nil }
            }
            #expect(entity == .queue(differs) && error.message.contains("x-max-length"))
            try await log.recovered()
            for name in [before, after] {
                try await connection.openChannel().declareQueue(name, passive: true)
                try await other.deleteQueue(name)
            }
            try await other.deleteQueue(differs)
            let losses = log.all.count { if case .lost = $0 { true } else { false } }
            #expect(losses == 1, "no loop of declaring, being closed, recovering")
        }
    }

    @Test("405 RESOURCE_LOCKED during recovery") func aLockedQueueIsTriedAgain() async throws {
        let log = EventLog()
        var options = TestBroker.options
        options.onEvent = { log.record($0) }
        let final = options
        var address = try BrokerAddress(uri: try await TestBroker.url())
        try await FaultProxy.run(to: address.host, port: address.port) { proxy in
            address.host = "127.0.0.1"
            address.port = proxy.port
            let connection = try await AMQPConnection.connect(to: address, options: final, logger: TestLog.logger)
            let channel = try await connection.openChannel()
            let queue = freshQueueName()
            try await channel.declareQueue(queue, exclusive: true)
            let consumer = try await channel.consume(queue, prefetch: 1)
            // While we are away, another connection takes the name as soon as it is free.
            proxy.refuseConnections(true)
            proxy.reset()
            let rival = try await TestBroker.connect()
            var isTaken = false
            while !isTaken {
                do {
                    try await rival.openChannel().declareQueue(queue, exclusive: true)
                    isTaken = true
                } catch let error as AMQPError where error.reply?.code == 405 {}
            }
            proxy.refuseConnections(false)
            // Long enough to be refused once or twice; how often does not matter.
            try await Task.sleep(for: .milliseconds(500))
            await rival.close()
            try await log.recovered()
            let publisher = try await connection.makePublisher()
            #expect(try await publisher.publish("x", routingKey: queue).isConfirmed)
            var deliveries = consumer.makeAsyncIterator()
            try await deliveries.next()?.ack()
            await connection.close()
        }
    }

    @Test func aConsumerWhoseQueueIsGoneEndsAndTheOthersGoOn() async throws {
        try await withConnection { connection, log in
            let channel = try await connection.openChannel()
            let other = try await TestBroker.connect().openChannel()
            let (gone, stays) = (freshQueueName(), freshQueueName())
            // Declared elsewhere, so that recovery does not bring it back.
            try await other.declareQueue(gone, autoDelete: true)
            try await other.declareQueue(stays)
            let first = try await channel.consume(gone, prefetch: 1)
            let second = try await channel.consume(stays, prefetch: 1)
            try await interrupt(connection, log)
            let error = await #expect(throws: AMQPError.self) { for try await _ in first {} }
            #expect(error?.reply?.code == 404)
            #expect(try await other.connection.makePublisher().publish("x", routingKey: stays).isConfirmed)
            var deliveries = second.makeAsyncIterator()
            try await deliveries.next()?.ack()
            try await other.deleteQueue(stays)
        }
    }

    @Test func aCancelledConsumerStaysCancelled() async throws {
        try await withConnection { connection, log in
            let channel = try await connection.openChannel()
            let queue = try await channel.declareQueue(freshQueueName(), exclusive: true).name
            let consumer = try await channel.consume(queue, prefetch: 1)
            try await consumer.cancel()
            try await interrupt(connection, log)
            #expect(try await channel.declareQueue(queue, passive: true).consumerCount == 0)
        }
    }

    @Test("vhost deleted, user refused: no retry storm") func afterARefusedLoginItIsOver() async throws {
        let broker = try #require(try await TestBroker.own())
        let user = "u\(UUID().uuidString.prefix(8))"
        try await broker.control("add_user", user, "before")
        try await broker.control("set_permissions", user, ".*", ".*", ".*")
        var address = try BrokerAddress(uri: try await TestBroker.url())
        address.credentials = Credentials(user: user, password: "before")
        let log = EventLog()
        var options = TestBroker.options
        options.connectionName = "refused \(user)"
        options.onEvent = { log.record($0) }
        let connection = try await AMQPConnection.connect(to: address, options: options, logger: TestLog.logger)
        try await broker.control("change_password", user, "after")
        try await TestBroker.closeConnection(named: options.connectionName)
        let error = await connection.waitUntilClosed()
        #expect(error?.code == .authenticationFailed)
        let attempts = log.all.count { if case .reconnecting = $0 { true } else { false } }
        #expect(attempts == 1)
        try await broker.control("delete_user", user)
    }

    @Test func aProviderBringsNewCredentials() async throws {
        struct Provider: CredentialsProvider {
            let user: String
            let asked: Gate
            func credentials() async throws -> ExpiringCredentials {
                asked.arrive()
                return ExpiringCredentials(Credentials(user: user, password: "token"), validFor: .milliseconds(500))
            }
        }
        let broker = try #require(try await TestBroker.own())
        let user = "u\(UUID().uuidString.prefix(8))"
        try await broker.control("add_user", user, "token")
        try await broker.control("set_permissions", user, ".*", ".*", ".*")
        let asked = Gate()
        let log = EventLog()
        var options = TestBroker.options
        options.credentialsProvider = Provider(user: user, asked: asked)
        options.onEvent = { log.record($0) }
        var address = try BrokerAddress(uri: try await TestBroker.url())
        address.credentials.password = "not used"
        let connection = try await AMQPConnection.connect(to: address, options: options, logger: TestLog.logger)
        // Once to log in, once to renew, and the server has accepted it.
        try await asked.arrivals(2)
        try await log.next { if case .secretUpdated = $0 { true } else { nil } }
        try await connection.updateSecret("token", reason: "by hand")
        await connection.close()
        try await broker.control("delete_user", user)
    }
}
