import AMQPCodec
import AMQPTestSupport
import Testing

@testable import AMQPClient

/// Deliveries that were read in one go with the end of their channel's life, and so were not handed over before it.
@Suite(.timeLimit(.minutes(2))) struct OldLifeTests {
    /// A delivery and the loss of the connection in one; then the same message again.
    private static func lives(_ begun: Gate) -> [ScriptedPeer.Script] {
        [
            { session in
                try await session.shakeHands()
                let (number, tag) = try await session.nextConsumer()
                await begun.opened()
                try await session.sendAtOnce(.delivery("old", to: tag, on: number), .connectionForced)
                try await session.next(ConnectionCloseOk.self)
            },
            { session in
                try await session.shakeHands()
                let (number, tag) = try await session.nextConsumer()
                try await session.sendAtOnce(.delivery("new", to: tag, redelivered: true, on: number))
                try await session.serve()
            },
        ]
    }

    /// Their leases ended before anybody could have seen them.
    @Test func theyAreNotHandedOverAfterIt() async throws {
        let begun = Gate()
        try await withConnection(lives: Self.lives(begun)) { connection, log in
            let consumer = try await connection.openChannel().consume("q", prefetch: 2)
            let first = Task.immediate {
                var deliveries = consumer.makeAsyncIterator()
                return try await deliveries.next()
            }
            begun.open()
            let delivery = try #require(try await first.value)
            #expect(delivery.body.text == "new" && delivery.isLeased)
            #expect(consumer.deliveryCount == 1)
            try delivery.ack()
            try await log.recovered()
        }
    }

    /// The broker counts them as done when they are written, so that they exist nowhere else.
    @Test(arguments: [false, true])
    func withoutAcknowledgementTheyAre(isAwaited: Bool) async throws {
        let begun = Gate()
        try await withConnection(lives: Self.lives(begun)) { connection, log in
            let consumer = try await connection.openChannel().consume("q", prefetch: 2, acknowledgement: .none)
            let texts = Task.immediate {
                if !isAwaited { try await log.recovered() }
                var deliveries = consumer.makeAsyncIterator()
                return [try await deliveries.next()?.body.text, try await deliveries.next()?.body.text]
            }
            begun.open()
            #expect(try await texts.value == ["old", "new"])
        }
    }

    /// Not taken before the server closed the channel alone, it belongs to somebody else.
    @Test(arguments: [false, true])
    func whatNobodyTookIsDroppedWithItsChannel(isAwaited: Bool) async throws {
        let begun = Gate()
        try await withConnection(lives: [
            { session in
                try await session.shakeHands()
                let (number, tag) = try await session.nextConsumer()
                await begun.opened()
                try await session.sendAtOnce(
                    .delivery("old", to: tag, on: number), .method(consumerTimeout, on: number))
                try await session.next(ChannelCloseOk.self)
                try await session.nextConsumer()
                try await session.sendAtOnce(.delivery("new", to: tag, redelivered: true, on: number))
                try await session.serve()
            }
        ]) { connection, log in
            let consumer = try await connection.openChannel().consume("q", prefetch: 2)
            let first = Task.immediate {
                if !isAwaited { try await log.channelRestored() }
                var deliveries = consumer.makeAsyncIterator()
                return try await deliveries.next()
            }
            begun.open()
            let delivery = try #require(try await first.value)
            #expect(delivery.body.text == "new" && delivery.isLeased)
            #expect(consumer.deliveryCount == 1)
            try delivery.ack()
        }
    }
}
