import LocalBroker
import NIOConcurrencyHelpers
import Testing

@testable import Warren

extension OnThreeBrokers {
    @Suite(.serialized) struct WorkerTests {}
}

/// One worker, three brokers that know nothing of each other.
extension OnThreeBrokers.WorkerTests {
    private func untilEmpty(_ concurrency: Int) -> WorkerPool.Options {
        var options = WorkerPool.Options(concurrency: concurrency)
        options.untilEmpty = true
        return options
    }

    // MARK: Work

    @Test(arguments: [1, 10], [WorkerPool.Execution.globalPool, .eventLoop])
    func everyTaskOfAllBrokersIsDoneOnce(_ concurrency: Int, _ execution: WorkerPool.Execution) async throws {
        try await IndependentQueues.with { queues in
            let ledger = TaskLedger()
            for (index, place) in queues.places.enumerated() {
                try await place.publish((0..<[1000, 300, 20][index]).map { "\(index)-\($0)" })
            }
            var options = untilEmpty(concurrency)
            options.execution = execution
            let pool = WorkerPool(
                brokers: try queues.pool(), queue: QueueDeclaration(QueueName(queues.queue)), options: options
            ) { delivery, _ in
                ledger.note(delivery)
                if ledger.done.count % 3 == 0 { await Task.yield() }
            }
            let summary = try await pool.work()
            #expect(summary.done == 1320 && summary.failed == 0 && summary.leaseLost == 0)
            #expect(ledger.done.count == 1320 && ledger.done.values.allSatisfy { $0 == 1 })
            #expect(try await queues.ready() == 0)
        }
    }

    @Test func aLimitIsForAllBrokersTogether() async throws {
        try await IndependentQueues.with { queues in
            for place in queues.places { try await place.publish((0..<10).map(String.init)) }
            var options = WorkerPool.Options(concurrency: 4)
            options.limit = 7
            let pool = WorkerPool(
                brokers: try queues.pool(), queue: QueueDeclaration(QueueName(queues.queue)), options: options
            ) { _, _ in }
            #expect(try await pool.work().done == 7)
            #expect(try await queues.ready() == 23)
        }
    }

    // MARK: Credit

    @Test func oneBusyBrokerGetsTheWholeConcurrencyAndThenAnother() async throws {
        try await IndependentQueues.with { queues in
            let gates = [Gate(), Gate(), Gate()]
            let pool = WorkerPool(
                brokers: try queues.pool(), queue: QueueDeclaration(QueueName(queues.queue)),
                options: .init(concurrency: 8)
            ) { delivery, _ in
                let gate = gates[Int(delivery.body.text) ?? 0]
                gate.arrive()
                await gate.opened()
            }
            let working = Task { try await pool.work() }
            for index in [1, 2] {
                try await queues.places[index].publish(Array(repeating: "\(index)", count: 20))
                // All at once.
                try await gates[index].arrivals(8)
                var held = [0, 0, 0]
                held[index] = 8
                #expect(try await queues.unacknowledged() == held)
                gates[index].open()
            }
            pool.drain()
            let summary = try await working.value
            #expect(summary.failed == 0 && summary.abandoned == 0)
            #expect(try await queues.ready() == 40 - summary.done)
        }
    }

    @Test(arguments: [1, 3, 8]) func busyBrokersTogetherGetNoMoreThanTheLimit(_ concurrency: Int) async throws {
        try await IndependentQueues.with { queues in
            let gate = Gate()
            for place in queues.places { try await place.publish(Array(repeating: "x", count: 50)) }
            var options = WorkerPool.Options(concurrency: concurrency)
            options.giveBackAfter = nil
            let pool = WorkerPool(
                brokers: try queues.pool(), queue: QueueDeclaration(QueueName(queues.queue)), options: options
            ) { _, _ in
                gate.arrive()
                await gate.opened()
            }
            let working = Task { try await pool.work() }
            try await gate.arrivals(concurrency)
            let held = try await queues.unacknowledged()
            #expect(held.reduce(0, +) <= concurrency + 2, "\(held)")
            #expect(held.reduce(0, +) >= concurrency)
            pool.drain()
            gate.open()
            let summary = try await working.value
            #expect(summary.abandoned == 0)
            #expect(try await queues.ready() == 150 - summary.done, "everything else is back")
        }
    }

    /// Counted whenever a handler runs, while credit moves to and fro.
    @Test func itNeverHoldsMoreThanTheLimit() async throws {
        try await IndependentQueues.with { queues in
            let (concurrency, tasks, burst) = (6, 240, 20)
            let (ended, end) = AsyncStream.makeStream(of: Void.self)
            var options = WorkerPool.Options(concurrency: concurrency)
            options.limit = tasks
            let stop = StopSignal()
            let worst = NIOLockedValueBox((held: 0, granted: 0))
            let counted = NIOLockedValueBox<SeveralBrokers?>(nil)
            let desk = TaskDesk(
                queue: QueueName(queues.queue), options: options, logger: TestLog.logger, onEvent: { _ in },
                handler: { delivery, _ in
                    guard let sources = counted.withLockedValue({ $0 }) else { return }
                    let held = sources.all.reduce(0) { $0 + $1.held }
                    let granted = sources.all.reduce(0) { $0 + $1.granted }
                    worst.withLockedValue { $0 = (max($0.held, held), max($0.granted, granted)) }
                    // Long enough to be held still when credit has moved on.
                    try await Task.sleep(for: .milliseconds(20 + 60 * (delivery.deliveryTag % 6)))
                    end.yield()
                }, stop: stop)
            let brokers = try queues.pool()
            let sources = SeveralBrokers(
                brokers.addresses, of: brokers, name: "warren tests", options: options, desk: desk,
                setup: .init(
                    queue: QueueDeclaration(QueueName(queues.queue)), execution: .globalPool, desk: desk,
                    onInterruption: { _ in }, onEnd: { _ in }),
                logger: TestLog.logger, onEvent: { _ in })
            counted.withLockedValue { $0 = sources }
            defer { counted.withLockedValue { $0 = nil } }
            try await sources.open()
            // In bursts, so that now one broker, now two have work.
            var ends = ended.makeAsyncIterator()
            for count in 0..<tasks / burst {
                if count > 1 { for _ in 0..<burst { await ends.next() } }
                try await queues.places[count % 3].publish((0..<burst).map(String.init))
            }
            #expect(await stop.first() == .enough)
            await sources.cancelConsumers()
            await sources.handlersEnded()
            await sources.close()
            let (held, granted) = worst.withLockedValue { $0 }
            #expect(held <= concurrency + 2 && granted <= concurrency + 2, "\(held) held, \(granted) granted")
            #expect(desk.summary.done == tasks)
        }
    }

    // MARK: Brokers that come and go

    @Test func whatAKilledBrokerHadIsDoneWhenItIsBackAndTheOthersGoOn() async throws {
        try await IndependentQueues.with { queues in
            let (ledger, events, begun, released) = (TaskLedger(), WorkerEvents(), Gate(), Gate())
            let lost = queues.places[2]
            try await lost.publish((0..<10).map { "2-\($0)" })
            let pool = WorkerPool(
                brokers: try queues.pool(), queue: QueueDeclaration(QueueName(queues.queue)), options: untilEmpty(4),
                onEvent: { events.record($0) }
            ) { delivery, _ in
                if delivery.body.text.hasPrefix("2-"), !delivery.redelivered, ledger.done.isEmpty {
                    begun.arrive()
                    try await Task.sleep(for: .seconds(3600))
                }
                ledger.note(delivery)
                if ledger.done.count == 40 { released.open() }
            }
            let working = Task { try await pool.work() }
            try await begun.arrivals(4)
            #expect(try await lost.unacknowledged() == 4)
            try await lost.kill()
            try await events.lost(lost.address)
            // All the credit is there for them.
            for (index, place) in queues.places.prefix(2).enumerated() {
                try await place.publish((0..<20).map { "\(index)-\($0)" })
            }
            await released.opened()
            #expect(Set(ledger.done.keys).allSatisfy { !$0.hasPrefix("2-") })
            try await lost.broker.startNode(1)
            let summary = try await working.value
            #expect(summary.done == 50 && summary.leaseLost == 4, "\(summary)")
            #expect(ledger.done.count == 50 && ledger.done.values.allSatisfy { $0 == 1 })
        }
    }

    @Test func aBrokerThatComesBackHasAPlaceAndNoMore() async throws {
        try await IndependentQueues.with { queues in
            let (events, begun, held, gate) = (WorkerEvents(), Gate(), Gate(), Gate())
            let (other, lost) = (queues.places[0], queues.places[2])
            var options = WorkerPool.Options(concurrency: 4)
            options.giveBackAfter = nil
            let pool = WorkerPool(
                brokers: try queues.pool(), queue: QueueDeclaration(QueueName(queues.queue)), options: options,
                onEvent: { events.record($0) }
            ) { delivery, _ in
                if delivery.body.text == "lost" {
                    begun.arrive()
                    try await Task.sleep(for: .seconds(3600))
                } else {
                    held.arrive()
                    await gate.opened()
                }
            }
            let working = Task { try await pool.work() }
            try await lost.publish(Array(repeating: "lost", count: 10))
            try await begun.arrivals(4)
            #expect(try await lost.unacknowledged() == 4)
            try await lost.kill()
            try await events.lost(lost.address)
            try await other.publish(Array(repeating: "held", count: 20))
            try await held.arrivals(4)
            try await lost.broker.startNode(1)
            try await events.ready(lost.address)
            let unacknowledged = try await queues.unacknowledged()
            #expect(unacknowledged == [4, 0, 1], "\(unacknowledged)")
            pool.drain()
            gate.open()
            let summary = try await working.value
            #expect(summary.leaseLost == 4 && summary.abandoned == 0, "\(summary)")
            let ready = (try await other.ready(), try await lost.ready())
            #expect(ready == (20 - summary.done, 10), "\(ready)")
        }
    }

    @Test func withoutAnyBrokerTheFirstErrorIsThrown() async throws {
        let addresses = try (0..<3).map { _ in
            try BrokerAddress(uri: "amqp://127.0.0.1:\(try LocalBroker.freePort())")
        }
        let pool = WorkerPool(
            brokers: try IndependentQueues.pool(addresses), queue: QueueDeclaration("q"), options: .init(concurrency: 2)
        ) { _, _ in }
        let error = await #expect(throws: AMQPError.self) { _ = try await pool.work() }
        #expect(error?.code == .connectFailed)
        #expect(error?.message.contains("\(addresses[0].port)") == true, "\(String(describing: error))")
    }

    @Test func aBrokerThatIsNotThereDoesNotStopTheOthers() async throws {
        try await IndependentQueues.with { queues in
            let (events, gate) = (WorkerEvents(), Gate())
            let missing = try BrokerAddress(uri: "amqp://127.0.0.1:\(try LocalBroker.freePort())")
            let pool = WorkerPool(
                brokers: try queues.pool([missing]), queue: QueueDeclaration(QueueName(queues.queue)),
                options: .init(concurrency: 5), onEvent: { events.record($0) }
            ) { _, _ in
                gate.arrive()
                await gate.opened()
            }
            let working = Task { try await pool.work() }
            try await events.lost(missing)
            try await queues.places[0].publish(Array(repeating: "x", count: 20))
            try await gate.arrivals(5)
            pool.drain()
            gate.open()
            let summary = try await working.value
            #expect(try await queues.ready() == 20 - summary.done)
        }
    }

    @Test func aDeletedQueueIsDeclaredAgainWhileThereAreOthers() async throws {
        try await IndependentQueues.with { queues in
            let (events, gate) = (WorkerEvents(), Gate())
            let pool = WorkerPool(
                brokers: try queues.pool(), queue: QueueDeclaration(QueueName(queues.queue)),
                options: .init(concurrency: 2), onEvent: { events.record($0) }
            ) { _, _ in gate.arrive() }
            let working = Task { try await pool.work() }
            let place = queues.places[1]
            try await events.ready(place.address)
            try await place.connection.openChannel().deleteQueue(queues.queue)
            try await events.lost(place.address)
            try await events.ready(place.address)
            try await place.publish(["x"])
            try await gate.arrivals(1)
            pool.drain()
            #expect(try await working.value.done == 1)
        }
    }

    // MARK: The end

    @Test func stoppingNowGivesEverythingBack() async throws {
        try await IndependentQueues.with { queues in
            let gate = Gate()
            for place in queues.places { try await place.publish((0..<10).map(String.init)) }
            let pool = WorkerPool(
                brokers: try queues.pool(), queue: QueueDeclaration(QueueName(queues.queue)),
                options: .init(concurrency: 4)
            ) { _, _ in
                gate.arrive()
                try await Task.sleep(for: .seconds(3600))
            }
            let working = Task { try await pool.work() }
            try await gate.arrivals(4)
            pool.stopNow()
            let summary = try await working.value
            #expect(summary.done == 0 && summary.givenBack >= 4 && summary.abandoned == 0, "\(summary)")
            #expect(try await queues.ready() == 30)
        }
    }

    // MARK: Giving back

    @Test func whatWaitsTooLongIsGivenToAnotherConsumer() async throws {
        try await IndependentQueues.with { queues in
            let (gate, events) = (Gate(), WorkerEvents())
            var options = WorkerPool.Options(concurrency: 1)
            options.giveBackAfter = .milliseconds(10)
            let pool = WorkerPool(
                brokers: try queues.pool(), queue: QueueDeclaration(QueueName(queues.queue)), options: options,
                onEvent: { events.record($0) }
            ) { _, _ in
                gate.arrive()
                await gate.opened()
            }
            let working = Task { try await pool.work() }
            try await events.allReady()
            try await queues.places[0].publish(["long"])
            try await gate.arrivals(1)
            let place = queues.places[1]
            // Nobody else is there yet, so it comes here.
            try await place.publish(["waits"])
            let consumer = try await place.connection.openChannel().consume(queues.queue, prefetch: 1)
            var deliveries = consumer.makeAsyncIterator()
            let delivery = try #require(try await deliveries.next())
            #expect(delivery.body.text == "waits" && delivery.redelivered)
            try delivery.ack()
            try await consumer.cancel()
            pool.drain()
            gate.open()
            let summary = try await working.value
            #expect(summary.done == 1 && summary.givenBack == 1, "\(summary)")
        }
    }

    @Test func whatNobodyElseCouldDoIsKept() async throws {
        try await IndependentQueues.with { queues in
            let (gate, events) = (Gate(), WorkerEvents())
            var options = WorkerPool.Options(concurrency: 1)
            options.giveBackAfter = .milliseconds(1)
            options.limit = 3
            let pool = WorkerPool(
                brokers: try queues.pool(), queue: QueueDeclaration(QueueName(queues.queue)), options: options,
                onEvent: { events.record($0) }
            ) { delivery, _ in
                #expect(!delivery.redelivered)
                gate.arrive()
                await gate.opened()
            }
            let working = Task { try await pool.work() }
            try await events.allReady()
            for place in queues.places { try await place.publish(["x"]) }
            try await gate.arrivals(1)
            // Each question takes longer than several looks.
            for _ in 0..<2 { #expect(try await queues.unacknowledged() == [1, 1, 1]) }
            gate.open()
            let summary = try await working.value
            #expect(summary.done == 3 && summary.givenBack == 0, "\(summary)")
        }
    }
}
