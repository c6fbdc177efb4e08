import AMQPCodec
import AMQPTestSupport
import Testing

@testable import AMQPClient

/// What happens to a connection or a channel while it is being recovered.
@Suite(.timeLimit(.minutes(2))) struct InterruptedRecoveryTests {
    /// The whole of a recovery: one queue, and one channel with one consumer, which gets a message.
    private static func recover(_ session: ScriptedSession, queue: String? = nil) async throws {
        try await session.shakeHands()
        if let queue {
            let desk = try await session.nextChannel()
            try await session.next(QueueDeclare.self, on: desk)
            try await session.send(QueueDeclareOk(queue: queue, messageCount: 0, consumerCount: 0), on: desk)
            try await session.nextClose(of: desk)
        }
        let (number, tag) = try await session.nextConsumer()
        try await session.sendAtOnce(.delivery("new", to: tag, on: number))
        try await session.serve()
    }

    private static func expectNew(_ consumer: Consumer) async throws {
        var deliveries = consumer.makeAsyncIterator()
        let delivery = try #require(try await deliveries.next())
        #expect(delivery.body.text == "new" && delivery.isLeased)
        try delivery.ack()
    }

    // MARK: Lost once more

    /// What is decided after the loss must not be written to the socket that is opened next.
    @Test func aLossBehindTheLastDeclarationLeavesNothingForTheNextSocket() async throws {
        let begun = Gate()
        try await withConnection(lives: [
            { session in
                try await session.shakeHands()
                let number = try await session.nextChannel()
                try await session.next(QueueDeclare.self)
                try await session.send(QueueDeclareOk(queue: "q", messageCount: 0, consumerCount: 0), on: number)
                let tag = try await session.nextConsume(on: number).consumerTag
                try await session.send(BasicConsumeOk(consumerTag: tag), on: number)
                await begun.opened()
            },
            { session in
                try await session.shakeHands()
                let desk = try await session.nextChannel()
                try await session.next(QueueDeclare.self, on: desk)
                try await session.sendAtOnce(
                    .method(QueueDeclareOk(queue: "q", messageCount: 0, consumerCount: 0), on: desk),
                    .connectionForced)
                try await session.next(ConnectionCloseOk.self)
            },
            { try await Self.recover($0, queue: "q") },
        ]) { connection, log in
            let channel = try await connection.openChannel()
            try await channel.declareQueue("q")
            let consumer = try await channel.consume("q", prefetch: 1)
            begun.open()
            try await Self.expectNew(consumer)
            try await log.recovered()
        }
    }

    @Test func aLossBehindTheLastAnswerHasTheChannelRestoredAgain() async throws {
        let begun = Gate()
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
                try await session.sendAtOnce(
                    .method(BasicConsumeOk(consumerTag: tag), on: number), .connectionForced)
                try await session.next(ConnectionCloseOk.self)
            },
            { try await Self.recover($0) },
        ]) { connection, log in
            let consumer = try await connection.openChannel().consume("q", prefetch: 1)
            begun.open()
            try await Self.expectNew(consumer)
            try await log.recovered()
        }
    }

    /// The server ends a channel, which alone would be restored on this socket; and then the connection, before that
    /// has begun.
    @Test func aLossBehindTheEndOfAChannelHasItRestoredOnTheNextSocket() async throws {
        let begun = Gate()
        try await withConnection(lives: [
            { session in
                try await session.shakeHands()
                let (number, _) = try await session.nextConsumer()
                await begun.opened()
                try await session.sendAtOnce(.method(consumerTimeout, on: number), .connectionForced)
                try await session.next(ChannelCloseOk.self)
                try await session.next(ConnectionCloseOk.self)
            },
            { try await Self.recover($0) },
        ]) { connection, log in
            let consumer = try await connection.openChannel().consume("q", prefetch: 1)
            begun.open()
            try await Self.expectNew(consumer)
            try await log.recovered()
            #expect(
                !log.all.contains { if case .channelRestored = $0 { true } else { false } },
                "it was restored with its connection, and not before")
        }
    }

    // MARK: Lost during login

    @Test(arguments: [false, true])
    func aSocketThatEndsDuringLoginIsFollowedByAnother(reset: Bool) async throws {
        let begun = Gate()
        try await withConnection(lives: [
            { session in
                try await session.shakeHands()
                try await session.nextConsumer()
                await begun.opened()
            },
            { session in
                try await session.expectProtocolHeader()
                try await session.send(
                    ConnectionStart(
                        serverProperties: ["product": "RabbitMQ"], mechanisms: "PLAIN", locales: "en_US"), on: 0)
                try await session.next(ConnectionStartOk.self)
                await session.abort(reset: reset)
            },
            { try await Self.recover($0) },
        ]) { connection, log in
            let consumer = try await connection.openChannel().consume("q", prefetch: 1)
            begun.open()
            let failure: AMQPError = try await log.next {
                if case .attemptFailed(_, let error) = $0 { error } else { nil }
            }
            #expect(failure.code == .authenticationFailed && failure.reply == nil)
            try await Self.expectNew(consumer)
        }
    }

    // MARK: Closed by the server

    @Test(arguments: [UInt16(406), 541])
    func aChannelThatIsClosedBehindItsLastAnswerIsRestoredAgain(code: UInt16) async throws {
        let begun = Gate()
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
                try await session.sendAtOnce(
                    .method(BasicConsumeOk(consumerTag: tag), on: number),
                    .method(ChannelClose(replyCode: code, replyText: "closed by a test"), on: number))
                try await session.next(ChannelCloseOk.self, on: number)
                try await session.nextConsumer((number, tag))
                try await session.sendAtOnce(.delivery("new", to: tag, on: number))
                try await session.serve()
            },
        ]) { connection, log in
            let channel = try await connection.openChannel()
            let consumer = try await channel.consume("q", prefetch: 1)
            begun.open()
            try await Self.expectNew(consumer)
            try await log.recovered()
            try await channel.declareQueue("q", passive: true)
        }
    }
}

/// How RabbitMQ up to 4.2 ends a channel on which a delivery was held for too long.
var consumerTimeout: ChannelClose {
    ChannelClose(
        replyCode: 406,
        replyText: "PRECONDITION_FAILED - delivery acknowledgement on channel 1 timed out. Timeout value used: 1000 ms")
}
