import AMQPClient
import AMQPTestSupport
import BrokerPool
import Testing
import Warren

/// A worker on a cluster: one broker behind three doors, each of which can be shut.
@Suite(.needsBroker, .timeLimit(.minutes(3))) struct ClusterWorkerTests {
    private struct Door: Sendable {
        let proxy: FaultProxy
        let address: BrokerAddress

        /// As when the node dies.
        func shut() {
            proxy.refuseConnections(true)
            proxy.reset()
        }
    }

    private func withDoors<Result>(
        _ count: Int = 3,
        _ doors: [Door] = [],
        _ body: ([Door]) async throws -> Result
    ) async throws -> Result {
        guard doors.count < count else { return try await body(doors) }
        var address = try BrokerAddress(uri: try await TestBroker.url())
        return try await FaultProxy.run(to: address.host, port: address.port) { proxy in
            address.host = "127.0.0.1"
            address.port = proxy.port
            return try await withDoors(count, doors + [Door(proxy: proxy, address: address)], body)
        }
    }

    /// Runs a worker until the queue is empty after `body`.
    ///
    /// - Parameter known: How many of the doors the worker knows at the beginning.
    private func withWorker(
        known: Int = 3,
        _ body:
            @Sendable ([Door], BrokerPool, WorkerEvents, _ publish: (Range<Int>) async throws -> Void) async throws
            -> Void
    ) async throws {
        try await withDoors { doors in
            try await withBroker { connection, _, queue in
                var balancing = Balancing()
                balancing.homecoming = .milliseconds(50) ... .milliseconds(100)
                let pool = try BrokerPool(
                    doors.prefix(known).map(\.address), balancing: balancing, options: TestBroker.options,
                    logger: TestLog.logger)
                let (events, ledger) = (WorkerEvents(), TaskLedger())
                let worker = WorkerPool(
                    brokers: pool, queue: QueueDeclaration(QueueName(queue)), options: .init(concurrency: 10),
                    logger: TestLog.logger, onEvent: { events.record($0) }
                ) { delivery, _ in
                    try await Task.sleep(for: .milliseconds(2))
                    ledger.note(delivery)
                }
                let working = Task { try await worker.work() }
                let publisher = try await connection.makePublisher()
                var published = 0
                do {
                    try await events.ready()
                    try await body(doors, pool, events) { numbers in
                        published = numbers.upperBound
                        for number in numbers {
                            try await publisher.publishDeferred(.init("\(number)"), routingKey: queue)
                        }
                        try await publisher.drain()
                    }
                    while Set(ledger.done.keys).count < published { try await Task.sleep(for: .milliseconds(5)) }
                } catch {
                    worker.stopNow()
                    _ = try await working.value
                    throw error
                }
                worker.drain()
                #expect(try await working.value.failed == 0)
                #expect(Set(ledger.done.keys) == Set((0..<published).map(String.init)))
            }
        }
    }

    private func home(_ doors: [Door]) throws -> Door { try #require(doors.first { $0.proxy.openConnections > 0 }) }

    @Test func aWorkerReturnsToItsNode() async throws {
        try await withWorker { doors, _, events, publish in
            let home = try home(doors)
            try await publish(0..<200)
            home.shut()
            try await events.next { if case .interrupted = $0 { true } else { nil } }
            try await publish(200..<400)
            #expect(home.proxy.openConnections == 0)
            home.proxy.refuseConnections(false)
            #expect(try await events.moved() == home.address)
            try await publish(400..<600)
            while doors.contains(where: { $0.address != home.address && $0.proxy.openConnections > 0 }) {
                try await Task.sleep(for: .milliseconds(5))
            }
        }
    }

    @Test func aNodeThatIsRemovedIsLeft() async throws {
        try await withWorker { doors, pool, events, publish in
            let home = try home(doors)
            try await publish(0..<200)
            try await pool.remove(home.address)
            // It was left before that returned; the proxy hears of it a little later.
            while home.proxy.openConnections > 0 { await Task.yield() }
            #expect(try await events.moved() != home.address)
            try await publish(200..<400)
        }
    }

    /// As when all nodes get new addresses at once: the connection knows none that is still there.
    @Test func aWorkerFollowsWhenAllNodesAreReplaced() async throws {
        try await withWorker(known: 2) { doors, pool, events, publish in
            try await publish(0..<200)
            for door in doors[..<2] { door.shut() }
            try await events.next { if case .interrupted = $0 { true } else { nil } }
            try pool.add(doors[2].address)
            for door in doors[..<2] { try await pool.remove(door.address) }
            #expect(try await events.moved() == doors[2].address)
            try await publish(200..<400)
        }
    }

    @Test func aQueueIsFoundEmptyAfterAMoveToo() async throws {
        try await withDoors(2) { doors in
            try await withBroker { connection, _, queue in
                let pool = try BrokerPool(doors.map(\.address), options: TestBroker.options, logger: TestLog.logger)
                let (events, ledger, gate) = (WorkerEvents(), TaskLedger(), Gate())
                var options = WorkerPool.Options(concurrency: 5)
                options.untilEmpty = true
                let publisher = try await connection.makePublisher()
                for number in 0..<20 { try await publisher.publishDeferred(.init("\(number)"), routingKey: queue) }
                try await publisher.drain()
                let worker = WorkerPool(
                    brokers: pool, queue: QueueDeclaration(QueueName(queue)), options: options,
                    logger: TestLog.logger, onEvent: { events.record($0) }
                ) { delivery, _ in
                    await gate.opened()
                    ledger.note(delivery)
                }
                let working = Task { try await worker.work() }
                try await events.ready()
                let home = try home(doors)
                let removing = Task { try await pool.remove(home.address) }
                #expect(try await events.moved() != home.address)
                gate.open()
                #expect(try await working.value.failed == 0)
                try await removing.value
                #expect(ledger.done == Dictionary(uniqueKeysWithValues: (0..<20).map { ("\($0)", 1) }))
            }
        }
    }
}
