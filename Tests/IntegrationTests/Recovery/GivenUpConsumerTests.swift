import AMQPCodec
import AMQPTestSupport
import NIOConcurrencyHelpers
import Testing

@testable import AMQPClient

/// Consumers that their users give up while recovery starts them again.
@Suite(.timeLimit(.minutes(2))) struct GivenUpConsumerTests {
    enum Way: CaseIterable, Sendable {
        case cancel, drop
    }

    /// Returns when the connection knows of it.
    private static func giveUp(_ consumer: inout Consumer?, _ way: Way, _ connection: AMQPConnection) async throws {
        if way == .cancel { try await consumer?.cancel() }
        consumer = nil
        // What was said to the event loop before this is done.
        _ = await connection.isOpen
    }

    @Test(arguments: Way.allCases)
    func oneThatIsJustStartedAgainIsCancelled(way: Way) async throws {
        let (begun, consumed, goOn, cancelled) = (Gate(), Gate(), Gate(), Gate())
        try await withConnection(lives: [
            { session in
                try await session.shakeHands()
                try await session.nextConsumer()
                await begun.opened()
            },
            { session in
                try await session.shakeHands()
                let number = try await session.nextChannel()
                let tag = try await session.nextConsume(on: number).consumerTag
                consumed.arrive()
                await goOn.opened()
                try await session.send(BasicConsumeOk(consumerTag: tag), on: number)
                try await session.next(BasicCancel.self, on: number) { $0.consumerTag == tag }
                try await session.send(BasicCancelOk(consumerTag: tag), on: number)
                cancelled.arrive()
                try await session.serve()
            },
        ]) { connection, log in
            var consumer: Consumer? = try await connection.openChannel().consume("q", prefetch: 1)
            begun.open()
            try await consumed.arrivals(1)
            try await Self.giveUp(&consumer, way, connection)
            goOn.open()
            try await cancelled.arrivals(1)
            try await log.recovered()
        }
    }

    @Test(arguments: Way.allCases)
    func oneWhoseTurnHasNotComeIsNotStarted(way: Way) async throws {
        let (begun, consumed, goOn) = (Gate(), Gate(), Gate())
        let started = NIOLockedValueBox<[String]>([])
        try await withConnection(lives: [
            { session in
                try await session.shakeHands()
                let (number, _) = try await session.nextConsumer()
                let second = try await session.nextConsume(on: number).consumerTag
                try await session.send(BasicConsumeOk(consumerTag: second), on: number)
                await begun.opened()
            },
            { session in
                try await session.shakeHands()
                let number = try await session.nextChannel()
                let tag = try await session.nextConsume(on: number).consumerTag
                consumed.arrive()
                await goOn.opened()
                try await session.send(BasicConsumeOk(consumerTag: tag), on: number)
                try await session.serve { method, _ in
                    guard case .basicConsume(let consume) = method else { return }
                    started.withLockedValue { $0.append(consume.consumerTag) }
                }
            },
        ]) { connection, log in
            let channel = try await connection.openChannel()
            let first = try await channel.consume("q", prefetch: 1, tag: "first")
            var second: Consumer? = try await channel.consume("q", prefetch: 1, tag: "second")
            begun.open()
            try await consumed.arrivals(1)
            try await Self.giveUp(&second, way, connection)
            goOn.open()
            try await log.recovered()
            try await channel.declareQueue("q", passive: true)
            #expect(started.withLockedValue { $0 } == [])
            try await first.cancel()
        }
    }

    /// The answer to the cancel of one is still to come when the other is given up.
    @Test(arguments: Way.allCases)
    func oneThatIsGivenUpWhileAnotherIsCancelledIsCancelledToo(way: Way) async throws {
        let (begun, consumed, goOn, cancelling, goOnCancelling) = (Gate(), Gate(), Gate(), Gate(), Gate())
        let cancelled = NIOLockedValueBox<[String]>([])
        try await withConnection(lives: [
            { session in
                try await session.shakeHands()
                let (number, _) = try await session.nextConsumer()
                let second = try await session.nextConsume(on: number).consumerTag
                try await session.send(BasicConsumeOk(consumerTag: second), on: number)
                await begun.opened()
            },
            { session in
                try await session.shakeHands()
                let number = try await session.nextChannel()
                for isLast in [false, true] {
                    let tag = try await session.nextConsume(on: number).consumerTag
                    if isLast {
                        consumed.arrive()
                        await goOn.opened()
                    }
                    try await session.send(BasicConsumeOk(consumerTag: tag), on: number)
                }
                let first = try await session.next(BasicCancel.self, on: number).arguments.consumerTag
                cancelled.withLockedValue { $0.append(first) }
                cancelling.arrive()
                await goOnCancelling.opened()
                try await session.send(BasicCancelOk(consumerTag: first), on: number)
                try await session.serve { method, _ in
                    guard case .basicCancel(let cancel) = method else { return }
                    cancelled.withLockedValue { $0.append(cancel.consumerTag) }
                }
            },
        ]) { connection, log in
            let channel = try await connection.openChannel()
            var first: Consumer? = try await channel.consume("q", prefetch: 1, tag: "first")
            var second: Consumer? = try await channel.consume("q", prefetch: 1, tag: "second")
            begun.open()
            try await consumed.arrivals(1)
            try await Self.giveUp(&first, way, connection)
            goOn.open()
            try await cancelling.arrivals(1)
            try await Self.giveUp(&second, way, connection)
            goOnCancelling.open()
            try await log.recovered()
            try await channel.declareQueue("q", passive: true)
            #expect(cancelled.withLockedValue { $0 } == ["first", "second"])
        }
    }
}
