import AMQPCodec
import AMQPTestSupport
import BrokerPool
import NIOConcurrencyHelpers
import Testing

@testable import Warren

/// A pool whose connection is lost while it works until its queue is empty.
@Suite(.timeLimit(.minutes(2))) struct InterruptedWorkTests {
    private static let tasks = UInt64(8)

    /// More at once than the prefetch allows, so that some are begun, some are taken and some are not when the
    /// connection goes.
    private static func deliverAll(_ session: ScriptedSession, redelivered: Bool) async throws {
        let number = try await session.nextChannel()
        if !redelivered {
            try await session.next(QueueDeclare.self, on: number)
            try await session.send(QueueDeclareOk(queue: "q", messageCount: 0, consumerCount: 0), on: number)
        }
        let tag = try await session.nextConsume(on: number).consumerTag
        var bytes = try ScriptedFrame.method(BasicConsumeOk(consumerTag: tag), on: number).bytes()
        for task in 1...tasks {
            bytes += try ScriptedFrame.delivery(
                "\(task)", to: tag, deliveryTag: task, redelivered: redelivered, on: number
            ).bytes()
        }
        try await session.send(raw: bytes)
    }

    @Test(arguments: [WorkerPool.Execution.globalPool, .eventLoop])
    func itStopsWhenWhatWasLostAndCameAgainIsDoneAndNotBefore(_ execution: WorkerPool.Execution) async throws {
        let (begun, goOn) = (Gate(), Gate())
        let acks = NIOLockedValueBox<Set<UInt64>>([])
        let lost = NIOLockedValueBox(0)
        let summary = try await withPeer(lives: [
            { session in
                try await session.shakeHands()
                try await Self.deliverAll(session, redelivered: false)
                try await begun.arrivals(1)
            },
            { session in
                try await session.shakeHands()
                let desk = try await session.nextChannel()
                try await session.next(QueueDeclare.self, on: desk)
                try await session.send(QueueDeclareOk(queue: "q", messageCount: 0, consumerCount: 0), on: desk)
                try await session.nextClose(of: desk)
                try await Self.deliverAll(session, redelivered: true)
                var questions = 0
                try await session.serve { method, _ in
                    switch method {
                    case .queueDeclare:
                        questions += 1
                        // It asks twice before it decides, so it has decided by now that tasks are left.
                        if questions == 3 { goOn.open() }
                    case .basicAck(let ack): _ = acks.withLockedValue { $0.insert(ack.deliveryTag) }
                    default: break
                    }
                }
            },
        ]) { peer in
            var options = WorkerPool.Options(concurrency: 1)
            options.untilEmpty = true
            options.execution = execution
            let pool = WorkerPool(
                brokers: try BrokerPool(uris: peer.url, options: scriptedOptions, logger: TestLog.logger),
                queue: QueueDeclaration("q"), options: options
            ) { delivery, _ in
                if delivery.redelivered { return await goOn.opened() }
                lost.withLockedValue { $0 += 1 }
                begun.arrive()
                try await Task.sleep(for: .seconds(600))
            }
            return try await pool.work()
        }
        #expect(summary.done == Int(Self.tasks) && summary.leaseLost == lost.withLockedValue { $0 })
        #expect(summary.givenBack == 0 && summary.failed == 0 && summary.abandoned == 0)
        #expect(acks.withLockedValue { $0 } == Set(1...Self.tasks))
    }
}
