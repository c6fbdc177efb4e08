import AMQPCodec
import AMQPTestSupport
import Testing

@testable import AMQPClient

/// A channel that is replaced because the server cancelled a consumer on it, and numbers that are used again.
@Suite(.timeLimit(.minutes(2))) struct ReplacedChannelTests {
    enum Call: CaseIterable, Sendable {
        case declare, get, publish, consume, close

        func perform(on channel: AMQPChannel) async throws {
            switch self {
            case .declare: try await channel.declareQueue("q")
            case .get: _ = try await channel.get("q")
            case .publish: try await channel.publish("x", routingKey: "q")
            case .consume: _ = try await channel.consume("q", prefetch: 1)
            case .close: try await channel.close()
            }
        }
    }

    /// The server cancels a consumer; the client finds that its queue is there, and closes the channel, which is not yet
    /// answered.
    private static func cancel(_ tag: String, on number: UInt16, _ session: ScriptedSession) async throws {
        try await session.send(BasicCancel(consumerTag: tag, noWait: true), on: number)
        try await findQueue(on: try await session.next(ChannelOpen.self).channel, session)
        try await session.next(ChannelClose.self, on: number)
    }

    /// Answers the channel on which the client asks whether the queue is there.
    private static func findQueue(on probe: UInt16, _ session: ScriptedSession) async throws {
        try await session.send(ChannelOpenOk(), on: probe)
        let queue = try await session.next(QueueDeclare.self, on: probe).arguments.queue
        try await session.send(QueueDeclareOk(queue: queue, messageCount: 0, consumerCount: 0), on: probe)
        try await session.nextClose(of: probe)
    }

    // MARK: Calls meanwhile

    @Test(arguments: Call.allCases)
    func aCallMeanwhileWaitsForTheNewChannel(call: Call) async throws {
        let (replaced, goOn) = (Gate(), Gate())
        try await withConnection(lives: [
            { session in
                try await session.shakeHands()
                let (number, tag) = try await session.nextConsumer()
                try await Self.cancel(tag, on: number, session)
                replaced.arrive()
                await goOn.opened()
                try await session.send(ChannelCloseOk(), on: number)
                try await session.nextConsumer((number, tag))
                try await session.serve()
            }
        ]) { connection, log in
            let channel = try await connection.openChannel()
            let consumer = try await channel.consume("q", prefetch: 1)
            try await replaced.arrivals(1)
            let calling = Task.immediate { try await call.perform(on: channel) }
            // By now the call has come to where it waits.
            _ = await connection.isOpen
            goOn.open()
            try await calling.value
            guard call == .close else { return try await channel.close() }
            let error = await #expect(throws: AMQPError.self) { for try await _ in consumer {} }
            #expect(error?.code == .channelClosed)
            await #expect(throws: AMQPError.self) { try await channel.declareQueue("q") }
        }
    }

    @Test func aServerThatDoesNotAnswerCostsTheCallsAndNotTheChannel() async throws {
        let (replaced, goOn) = (Gate(), Gate())
        try await withConnection(
            {
                $0.rpcTimeout = .seconds(2)
                $0.publishTimeout = .seconds(2)
            },
            lives: [
                { session in
                    try await session.shakeHands()
                    let (number, tag) = try await session.nextConsumer()
                    try await Self.cancel(tag, on: number, session)
                    replaced.arrive()
                    await goOn.opened()
                    try await session.send(ChannelCloseOk(), on: number)
                    try await session.nextConsumer((number, tag))
                    try await session.serve()
                }
            ]
        ) { connection, log in
            let channel = try await connection.openChannel()
            let consumer = try await channel.consume("q", prefetch: 1)
            try await replaced.arrivals(1)
            await withDiscardingTaskGroup { group in
                for call in Call.allCases where call != .close {
                    group.addTask {
                        let error = await #expect(throws: AMQPError.self) { try await call.perform(on: channel) }
                        #expect(error?.code == (call == .publish ? .timeout : .connectionLost), "\(call)")
                    }
                }
            }
            // The answer comes when nobody waits for it any more.
            goOn.open()
            try await log.channelRestored()
            try await channel.declareQueue("q")
            try await consumer.cancel()
        }
    }

    /// Whoever closes it does not wait. Its number is free once the server has answered, and not before.
    @Test func closedMeanwhileItDoesNotComeBackHoweverLateTheServerAnswers() async throws {
        let (replaced, goOn) = (Gate(), Gate())
        try await withConnection(lives: [
            { session in
                try await session.shakeHands()
                let (number, tag) = try await session.nextConsumer()
                try await Self.cancel(tag, on: number, session)
                replaced.arrive()
                await goOn.opened()
                let other = try await session.nextChannel(number + 1)
                try await session.send(ChannelCloseOk(), on: number)
                try await session.next(QueueDeclare.self, on: other)
                try await session.send(QueueDeclareOk(queue: "q", messageCount: 0, consumerCount: 0), on: other)
                try await session.nextChannel(number)
                try await session.serve()
            }
        ]) { connection, log in
            let channel = try await connection.openChannel()
            let consumer = try await channel.consume("q", prefetch: 1)
            try await replaced.arrivals(1)
            await Self.closeWithoutWaiting(channel)
            goOn.open()
            try await connection.openChannel().declareQueue("q")
            let next = try await connection.openChannel()
            #expect(next.number == channel.number && log.all.isEmpty)
            let error = await #expect(throws: AMQPError.self) { for try await _ in consumer {} }
            #expect(error?.code == .channelClosed)
        }
    }

    /// The server is asked to open it again, and answers when nobody wants it any more.
    @Test func closedWhileItIsOpenedAgainItIsClosedOnTheWireToo() async throws {
        let (opening, goOn) = (Gate(), Gate())
        try await withConnection(lives: [
            { session in
                try await session.shakeHands()
                let (number, tag) = try await session.nextConsumer()
                try await Self.cancel(tag, on: number, session)
                try await session.send(ChannelCloseOk(), on: number)
                try await session.next(ChannelOpen.self, on: number)
                opening.arrive()
                await goOn.opened()
                try await session.send(ChannelOpenOk(), on: number)
                try await session.nextClose(of: number)
                try await session.serve()
            }
        ]) { connection, log in
            let channel = try await connection.openChannel()
            let consumer = try await channel.consume("q", prefetch: 1)
            try await opening.arrivals(1)
            await Self.closeWithoutWaiting(channel)
            goOn.open()
            let error = await #expect(throws: AMQPError.self) { for try await _ in consumer {} }
            #expect(error?.code == .channelClosed)
            try await connection.openChannel().declareQueue("q")
            #expect(log.all.isEmpty, "neither is it restored nor does it cost the connection")
        }
    }

    /// By a task that is cancelled; returns when the connection has done about it what it does.
    private static func closeWithoutWaiting(_ channel: AMQPChannel) async {
        let closing = Task.immediate { try await channel.close() }
        closing.cancel()
        _ = await closing.result
    }

    // MARK: Cancelled twice

    /// As RabbitMQ 4.3 does if two deliveries are late.
    @Test func aSecondCancelDoesNotHitTheNewChannel() async throws {
        try await withConnection(lives: [
            { session in
                try await session.shakeHands()
                let (number, tag) = try await session.nextConsumer()
                try await session.sendAtOnce(
                    .method(BasicCancel(consumerTag: tag, noWait: true), on: number),
                    .method(BasicCancel(consumerTag: tag, noWait: true), on: number))
                // Both ask whether the queue is there. The second hears of it when the channel is replaced already.
                let first = try await session.next(ChannelOpen.self).channel
                let second = try await session.next(ChannelOpen.self).channel
                try await Self.findQueue(on: first, session)
                try await session.nextClose(of: number)
                try await session.nextConsumer((number, tag))
                try await Self.findQueue(on: second, session)
                try await session.catchUp(on: number)
                try await session.sendAtOnce(.delivery("x", to: tag, on: number))
                try await session.serve()
            }
        ]) { connection, log in
            let channel = try await connection.openChannel()
            let consumer = try await channel.consume("q", prefetch: 1)
            var deliveries = consumer.makeAsyncIterator()
            try #require(try await deliveries.next()).ack()
            #expect(log.all.count { if case .channelRestored = $0 { true } else { false } } == 1)
        }
    }

    /// The second comes behind our `channel.close`, which it cannot have known.
    @Test func aSecondCancelThatCrossesTheGoodbyeIsIgnored() async throws {
        try await withConnection(lives: [
            { session in
                try await session.shakeHands()
                let (number, tag) = try await session.nextConsumer()
                try await Self.cancel(tag, on: number, session)
                try await session.send(BasicCancel(consumerTag: tag, noWait: true), on: number)
                try await session.send(ChannelCloseOk(), on: number)
                try await session.nextConsumer((number, tag))
                try await session.sendAtOnce(.delivery("x", to: tag, on: number))
                try await session.next(BasicAck.self, on: number)
                try await session.serve()
            }
        ]) { connection, log in
            let consumer = try await connection.openChannel().consume("q", prefetch: 1)
            var deliveries = consumer.makeAsyncIterator()
            try #require(try await deliveries.next()).ack()
        }
    }

    // MARK: Numbers

    enum Goodbye: CaseIterable, Sendable {
        /// Both sides close at once.
        case crossed
        /// Whoever closed it does not wait for the answer.
        case givenUp
    }

    @Test(arguments: Goodbye.allCases)
    func aLateCloseOkDoesNotDisturbTheNextChannel(goodbye: Goodbye) async throws {
        let closed = Gate()
        try await withConnection(lives: [
            { session in
                try await session.shakeHands()
                try await session.nextChannel(1)
                try await session.next(ChannelClose.self, on: 1)
                if goodbye == .crossed {
                    try await session.send(consumerTimeout, on: 1)
                    try await session.next(ChannelCloseOk.self, on: 1)
                }
                closed.arrive()
                try await session.nextChannel(2)
                try await session.next(QueueDeclare.self, on: 2)
                try await session.sendAtOnce(
                    .method(ChannelCloseOk(), on: 1),
                    .method(QueueDeclareOk(queue: "q", messageCount: 0, consumerCount: 0), on: 2))
                try await session.nextChannel(1)
                try await session.serve()
            }
        ]) { connection, log in
            let first = try await connection.openChannel()
            let closing = Task.immediate { try await first.close() }
            try await closed.arrivals(1)
            if goodbye == .givenUp {
                closing.cancel()
                let error = await #expect(throws: AMQPError.self) { try await closing.value }
                #expect(error?.code == .cancelled)
            }
            let second = try await connection.openChannel()
            try await second.declareQueue("q")
            if goodbye == .crossed { try await closing.value }
            let third = try await connection.openChannel()
            try await third.declareQueue("q")
            try await second.declareQueue("q")
            await #expect(throws: AMQPError.self) { try await first.declareQueue("q") }
        }
    }

    /// The answer to an open that was given up comes in front of the answer to the close that followed it.
    @Test func aLateOpenOkIsNotTakenForThatOfTheNextChannel() async throws {
        let (opened, closed) = (Gate(), Gate())
        try await withConnection(lives: [
            { session in
                try await session.shakeHands()
                try await session.next(ChannelOpen.self, on: 1)
                opened.arrive()
                try await session.next(ChannelClose.self, on: 1)
                try await session.send(ChannelOpenOk(), ChannelCloseOk(), on: 1)
                closed.arrive()
                try await session.serve()
            }
        ]) { connection, log in
            let opening = Task { try await connection.openChannel() }
            try await opened.arrivals(1)
            opening.cancel()
            let error = await #expect(throws: AMQPError.self) { try await opening.value }
            #expect(error?.code == .cancelled)
            try await closed.arrivals(1)
            for _ in 0..<2 { try await connection.openChannel().declareQueue("q") }
        }
    }
}
