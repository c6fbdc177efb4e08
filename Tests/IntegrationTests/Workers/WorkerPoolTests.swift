import NIOConcurrencyHelpers
import Testing
import Warren

@Suite(.needsBroker, .timeLimit(.minutes(2))) struct WorkerPoolTests {
    private func publish(_ bodies: [String], _ connection: AMQPConnection, _ queue: String) async throws {
        let publisher = try await connection.makePublisher()
        for body in bodies { try await publisher.publishDeferred(.init(body), routingKey: queue) }
        try await publisher.drain()
    }

    @Test(arguments: [1, 10, 1000], [WorkerPool.Execution.globalPool, .eventLoop])
    func everyTaskIsDoneOnce(_ concurrency: Int, _ execution: WorkerPool.Execution) async throws {
        try await withBroker { connection, channel, queue in
            try await publish((0..<2000).map(String.init), connection, queue)
            let seen = NIOLockedValueBox<[String: Int]>([:])
            var options = WorkerPool.Options(concurrency: concurrency)
            options.untilEmpty = true
            options.execution = execution
            let pool = WorkerPool(
                brokers: try await TestBroker.pool(), queue: QueueDeclaration(QueueName(queue)), options: options
            ) { delivery, _ in
                seen.withLockedValue { $0[delivery.body.text, default: 0] += 1 }
                if seen.withLockedValue({ $0.count }) % 3 == 0 { await Task.yield() }
            }
            let summary = try await pool.work()
            #expect(summary.done == 2000 && summary.failed == 0)
            #expect(seen.withLockedValue { $0.count == 2000 && $0.values.allSatisfy { $0 == 1 } })
            #expect(try await channel.declareQueue(queue, passive: true).messageCount == 0)
        }
    }

    @Test func aHandlerThatThrowsHasFailedItsTaskOnly() async throws {
        struct Broken: Error {}
        try await withBroker { connection, channel, queue in
            let dead = queue + ".dead"
            try await channel.declareQueue(dead, exclusive: true)
            let name = queue + ".work"
            try await channel.declareQueue(
                name, arguments: ["x-dead-letter-exchange": "", "x-dead-letter-routing-key": .string(dead)])
            try await publish(["good", "bad", "good"], connection, name)
            var options = WorkerPool.Options(concurrency: 1)
            options.limit = 3
            let pool = WorkerPool(
                brokers: try await TestBroker.pool(), queue: QueueDeclaration(QueueName(name), passive: true),
                options: options
            ) { delivery, _ in if delivery.body.text == "bad" { throw Broken() } }
            let summary = try await pool.work()
            #expect(summary.done == 2 && summary.failed == 1)
            #expect(try await channel.get(dead)?.body.text == "bad", "rejected, so dead-lettered")
            try await channel.deleteQueue(name)
        }
    }

    @Test func tryAgainLaterGivesTheTaskBack() async throws {
        try await withBroker { connection, _, queue in
            try await publish(["x"], connection, queue)
            let attempts = NIOLockedValueBox<[Bool]>([])
            var options = WorkerPool.Options()
            options.untilEmpty = true
            let pool = WorkerPool(
                brokers: try await TestBroker.pool(), queue: QueueDeclaration(QueueName(queue)), options: options
            ) { delivery, _ in
                let first = attempts.withLockedValue {
                    $0.append(delivery.redelivered)
                    return $0.count == 1
                }
                if first { throw TryAgainLater() }
            }
            let summary = try await pool.work()
            #expect(summary.done == 1 && summary.givenBack == 1)
            #expect(attempts.withLockedValue { $0 } == [false, true])
        }
    }

    @Test func drainingFinishesWhatRunsAndGivesBackTheRest() async throws {
        try await withBroker { connection, channel, queue in
            try await publish((0..<10).map(String.init), connection, queue)
            let gate = Gate()
            let pool = WorkerPool(
                brokers: try await TestBroker.pool(), queue: QueueDeclaration(QueueName(queue)),
                options: .init(concurrency: 3)
            ) { _, _ in
                gate.arrive()
                await gate.opened()
            }
            let working = Task { try await pool.work() }
            try await gate.arrivals(3)
            pool.drain()
            gate.open()
            let summary = try await working.value
            #expect(summary.done >= 3 && summary.abandoned == 0 && summary.failed == 0)
            #expect(
                try await channel.declareQueue(queue, passive: true).messageCount == UInt32(clamping: 10 - summary.done)
            )
        }
    }

    @Test func stoppingNowCancelsHandlersAndGivesTheirTasksBack() async throws {
        try await withBroker { connection, channel, queue in
            try await publish(["long"], connection, queue)
            let gate = Gate()
            let pool = WorkerPool(brokers: try await TestBroker.pool(), queue: QueueDeclaration(QueueName(queue))) {
                _, _ in
                gate.arrive()
                try await Task.sleep(for: .seconds(3600))
            }
            let working = Task { try await pool.work() }
            try await gate.arrivals(1)
            pool.stopNow()
            let summary = try await working.value
            #expect(summary.done == 0 && summary.givenBack == 1, "\(summary)")
            #expect(try await channel.get(queue)?.redelivered == true)
        }
    }

    @Test func aHandlerThatIgnoresCancellationIsLeftBehind() async throws {
        try await withBroker { connection, channel, queue in
            try await publish(["stubborn"], connection, queue)
            let gate = Gate()
            var options = WorkerPool.Options()
            options.drainTimeout = .milliseconds(100)
            let pool = WorkerPool(
                brokers: try await TestBroker.pool(), queue: QueueDeclaration(QueueName(queue)), options: options
            ) { _, _ in
                gate.arrive()
                await gate.opened()
            }
            let working = Task { try await pool.work() }
            try await gate.arrivals(1)
            pool.drain()
            #expect(try await working.value.abandoned == 1)
            #expect(try await channel.get(queue)?.redelivered == true, "its task is back in the queue")
            gate.open()
        }
    }

    @Test func aLostConnectionIsAnErrorAndNotSilence() async throws {
        try await withBroker { connection, channel, queue in
            let name = queue + ".lost"
            try await channel.declareQueue(name)
            let ready = Gate()
            let pool = WorkerPool(
                brokers: try await TestBroker.pool(), queue: QueueDeclaration(QueueName(name)),
                onEvent: { if case .ready = $0 { ready.arrive() } }
            ) { _, _ in }
            let working = Task { try await pool.work() }
            try await ready.arrivals(1)
            try await channel.deleteQueue(name)
            let error = await #expect(throws: AMQPError.self) { _ = try await working.value }
            #expect(error?.code == .consumerCancelled)
        }
    }

    @Test func aWrongConcurrencyIsRefused() async throws {
        let pool = WorkerPool(
            brokers: try await TestBroker.pool(), queue: QueueDeclaration("q"), options: .init(concurrency: 0)
        ) { _, _ in }
        await #expect(throws: AMQPError.self) { try await pool.run() }
    }

    /// Four workers with a prefetch of 1 and tasks of 0 and 5 dots mixed: when a worker is free, no other one holds a
    /// task that it has not begun.
    @Test func noWorkerWaitsWhileAnotherHoards() async throws {
        try await withBroker { connection, channel, queue in
            let ledger = NIOLockedValueBox<(running: [Int: Int], worst: Int, done: Int)>(([:], 0, 0))
            try await publish((0..<60).map { $0 % 4 == 0 ? "....." : "" }, connection, queue)
            let brokers = try await TestBroker.pool()
            try await withThrowingTaskGroup { group in
                for worker in 0..<4 {
                    var options = WorkerPool.Options(concurrency: 1)
                    options.untilEmpty = true
                    let pool = WorkerPool(
                        brokers: brokers, queue: QueueDeclaration(QueueName(queue)), options: options
                    ) { delivery, _ in
                        ledger.withLockedValue {
                            $0.running[worker, default: 0] += 1
                            $0.worst = max($0.worst, $0.running[worker] ?? 0)
                        }
                        if delivery.body.count > 0 { try await Task.sleep(for: .milliseconds(50)) }
                        ledger.withLockedValue {
                            $0.running[worker, default: 0] -= 1
                            $0.done += 1
                        }
                    }
                    group.addTask { try await pool.run() }
                }
                try await group.waitForAll()
            }
            // The broker never gave a worker a second task before the first was acked, so nothing waited locally.
            #expect(ledger.withLockedValue { $0.worst } == 1 && ledger.withLockedValue { $0.done } == 60)
        }
    }
}
