import AMQPCodec
import AMQPTestSupport
import NIOConcurrencyHelpers
import Testing

@testable import AMQPClient

/// What recovery declares again, as the peer hears it.
@Suite(.timeLimit(.minutes(2))) struct RedeclaringTests {
    private static func ok(_ queue: String) -> QueueDeclareOk {
        QueueDeclareOk(queue: queue, messageCount: 0, consumerCount: 0)
    }

    // MARK: Server-named queues that survive

    /// The first life: a queue that the server names, and a consumer of it.
    private static func nameAQueue(_ session: ScriptedSession, _ begun: Gate) async throws {
        try await session.shakeHands()
        let number = try await session.nextChannel()
        try await session.next(QueueDeclare.self, on: number) { $0.queue == "" }
        try await session.send(ok("amq.gen-1"), on: number)
        let tag = try await session.nextConsume(on: number).consumerTag
        try await session.send(BasicConsumeOk(consumerTag: tag), on: number)
        await begun.opened()
    }

    @Test(arguments: [true, false])
    func aDurableQueueThatTheServerNamedIsNotLeftBehind(isThere: Bool) async throws {
        let (begun, consumed) = (Gate(), NIOLockedValueBox(""))
        try await withConnection(lives: [
            { try await Self.nameAQueue($0, begun) },
            { session in
                try await session.shakeHands()
                var desk = try await session.nextChannel()
                try await session.next(QueueDeclare.self, on: desk) { $0.queue == "amq.gen-1" && $0.passive }
                if isThere {
                    try await session.send(Self.ok("amq.gen-1"), on: desk)
                } else {
                    try await session.send(
                        ChannelClose(replyCode: 404, replyText: "NOT_FOUND - no queue 'amq.gen-1' in vhost '/'"),
                        on: desk)
                    try await session.next(ChannelCloseOk.self, on: desk)
                    desk = try await session.nextChannel()
                    try await session.next(QueueDeclare.self, on: desk) {
                        $0.queue == "" && !$0.passive && $0.durable
                    }
                    try await session.send(Self.ok("amq.gen-2"), on: desk)
                }
                try await session.nextClose(of: desk)
                let number = try await session.nextChannel()
                let consume = try await session.nextConsume(on: number)
                consumed.withLockedValue { $0 = consume.queue }
                try await session.send(BasicConsumeOk(consumerTag: consume.consumerTag), on: number)
                try await session.serve()
            },
        ]) { connection, log in
            let channel = try await connection.openChannel()
            let name = try await channel.declareQueue().name
            let consumer = try await channel.consume(name, prefetch: 1)
            begun.open()
            try await log.recovered()
            #expect(consumed.withLockedValue { $0 } == (isThere ? "amq.gen-1" : "amq.gen-2"))
            let renamed = log.all.contains { if case .queueRenamed = $0 { true } else { false } }
            #expect(renamed == !isThere)
            #expect(
                !log.all.contains { if case .notRecovered = $0 { true } else { false } },
                "that it is gone is nothing that the user has to hear of: it comes back")
            try await consumer.cancel()
        }
    }

    /// It went with its connection or its consumer, so there is nothing to look for.
    @Test(arguments: [(exclusive: true, autoDelete: false), (exclusive: false, autoDelete: true)])
    func aTransientQueueThatTheServerNamedIsDeclaredAnew(exclusive: Bool, autoDelete: Bool) async throws {
        let begun = Gate()
        try await withConnection(lives: [
            { try await Self.nameAQueue($0, begun) },
            { session in
                try await session.shakeHands()
                let desk = try await session.nextChannel()
                try await session.next(QueueDeclare.self, on: desk) { $0.queue == "" }
                try await session.send(Self.ok("amq.gen-2"), on: desk)
                try await session.serve()
            },
        ]) { connection, log in
            let channel = try await connection.openChannel()
            let name = try await channel.declareQueue(exclusive: exclusive, autoDelete: autoDelete).name
            let consumer = try await channel.consume(name, prefetch: 1)
            begun.open()
            let renamed: (String, String) = try await log.next {
                if case .queueRenamed(let from, let to) = $0 { (from, to) } else { nil }
            }
            #expect(renamed == ("amq.gen-1", "amq.gen-2"))
            try await log.recovered()
            try await consumer.cancel()
        }
    }

    // MARK: Blame

    /// Twice in a row the broker's connection breaks over a queue, and it is forgotten; not if it was fine in between.
    @Test(arguments: [true, false])
    func aQueueThatWasFineInBetweenIsNotToBlame(isFineInBetween: Bool) async throws {
        let begun = Gate()
        let declare: @Sendable (ScriptedSession) async throws -> UInt16 = { session in
            try await session.shakeHands()
            let desk = try await session.nextChannel()
            try await session.next(QueueDeclare.self, on: desk) { $0.queue == "q" }
            return desk
        }
        let failing: ScriptedPeer.Script = { session in
            _ = try await declare(session)
            try await session.send(
                ConnectionClose(replyCode: 541, replyText: "INTERNAL_ERROR", classID: 50, methodID: 10), on: 0)
            try await session.next(ConnectionCloseOk.self)
        }
        let fine: ScriptedPeer.Script = { session in
            let desk = try await declare(session)
            try await session.sendAtOnce(.method(Self.ok("q"), on: desk), .connectionForced)
            try await session.next(ConnectionCloseOk.self)
        }
        let declared = NIOLockedValueBox(false)
        try await withConnection(
            lives: [
                { session in
                    try await session.shakeHands()
                    let number = try await session.nextChannel()
                    try await session.next(QueueDeclare.self, on: number)
                    try await session.send(Self.ok("q"), on: number)
                    await begun.opened()
                },
                failing,
            ] + (isFineInBetween ? [fine] : []) + [
                failing,
                { session in
                    try await session.shakeHands()
                    try await session.serve { method, _ in
                        if case .queueDeclare = method { declared.withLockedValue { $0 = true } }
                    }
                },
            ]
        ) { connection, log in
            try await connection.openChannel().declareQueue("q")
            begun.open()
            try await log.recovered()
            #expect(declared.withLockedValue { $0 } == isFineInBetween)
            let given = log.all.count { if case .notRecovered(.queue("q"), _) = $0 { true } else { false } }
            #expect(given == (isFineInBetween ? 0 : 1))
        }
    }
}
