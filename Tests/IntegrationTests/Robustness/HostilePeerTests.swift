import AMQPCodec
import AMQPTestSupport
import NIOCore
import Testing

@testable import AMQPClient

/// What a broken or hostile server can say: it costs its own connection, with an error that says what was wrong, and
/// nothing else. The names are the rows of the robustness table.
@Suite(.timeLimit(.minutes(2))) struct HostilePeerTests {
    private static func options(_ change: (inout AMQPConnection.Options) -> Void = { _ in }) -> AMQPConnection.Options {
        var options = AMQPConnection.Options()
        options.recovery = .disabled
        options.connectTimeout = .seconds(60)
        change(&options)
        return options
    }

    /// Connects to a peer that shakes hands and then does as it is told; returns why the connection ended.
    private func end(
        _ change: (inout AMQPConnection.Options) -> Void = { _ in },
        after script: @escaping @Sendable (ScriptedSession) async throws -> Void
    ) async throws -> AMQPError? {
        let options = Self.options(change)
        return try await ScriptedPeer.run { session in
            try await session.shakeHands()
            try await script(session)
            try await session.waitForTheEnd()
        } _: { peer in
            try await AMQPConnection.connect(to: peer.url, options: options).waitUntilClosed()
        }
    }

    @Test("frame larger than negotiated frame_max", arguments: [131_065, 1 << 24, UInt32.max - 1, UInt32.max])
    func tooLargeAFrame(size: UInt32) async throws {
        let error = try await end { try await $0.send(frame: 1, channel: 0, payload: [], size: size) }
        #expect(error?.code == .malformedFrame && error?.message.contains("\(size)") == true)
    }

    @Test("frame as large as negotiated") func largestFrame() async throws {
        let size = try await ScriptedPeer.run { session in
            try await session.shakeHands()
            let (number, tag) = try await session.startConsumer()
            try await session.send(
                BasicDeliver(consumerTag: tag, deliveryTag: 1, redelivered: false, exchange: "", routingKey: "q"),
                body: Array(repeating: 7, count: 131_064), on: number)
            try await session.waitForTheEnd()
        } _: { peer -> Int? in
            let connection = try await AMQPConnection.connect(to: peer.url, options: Self.options())
            var deliveries = try await connection.openChannel().consume("q", prefetch: 1).makeAsyncIterator()
            return try await deliveries.next()?.body.bytes.count
        }
        #expect(size == 131_064)
    }

    @Test("frame larger than the limit before login") func tooLargeAFrameBeforeLogin() async throws {
        let error = try await ScriptedPeer.run { session in
            try await session.expectProtocolHeader()
            try await session.send(frame: 1, channel: 0, payload: [], size: 8192)
            try await session.waitForTheEnd()
        } _: { peer in
            await #expect(throws: AMQPError.self) {
                try await AMQPConnection.connect(to: peer.url, options: Self.options())
            }
        }
        #expect(error?.code == .handshakeFailed)
    }

    @Test("frame-end is not 0xCE") func wrongFrameEnd() async throws {
        let error = try await end { try await $0.send(raw: [8, 0, 0, 0, 0, 0, 0, 0xCD]) }
        #expect(error?.message.contains("0xCE") == true)
    }

    @Test("unknown frame type", arguments: [UInt8(0), 4, 9, 0xFF])
    func unknownFrameType(type: UInt8) async throws {
        let error = try await end { try await $0.send(frame: type, channel: 0, payload: []) }
        #expect(error?.message.contains("unknown type \(type)") == true)
    }

    @Test("frame on wrong channel", arguments: [UInt16(1), 9, .max])
    func frameOnAChannelThatIsNotOpen(number: UInt16) async throws {
        let error = try await end { try await $0.send(BasicAck(deliveryTag: 1), on: number) }
        #expect(error?.message.contains("channel \(number)") == true)
    }

    @Test("undersized frame or method", arguments: [0, 1, 3, 4, 7])
    func tooShortAMethod(size: Int) async throws {
        let close = [UInt8]([0, 10, 0, 50, 1, 64, 0, 0, 0, 0, 0, 0])
        let error = try await end { try await $0.send(frame: 1, channel: 0, payload: Array(close.prefix(size))) }
        #expect(error?.code == .malformedFrame)
    }

    @Test(
        "unknown class or method id",
        arguments: [[0, 0, 0, 0], [0, 10, 0, 99], [0, 99, 0, 10], [255, 255, 255, 255]])
    func unknownMethod(payload: [UInt8]) async throws {
        let error = try await end { try await $0.send(frame: 1, channel: 0, payload: payload) }
        #expect(error?.code == .malformedFrame)
    }

    @Test("method that answers nothing") func unexpectedAnswer() async throws {
        let error = try await end { try await $0.send(ConnectionOpenOk(), on: 0) }
        #expect(error?.code == .malformedFrame)
    }

    @Test("server tunes frame_max < 4096", arguments: [UInt32(1), 4095])
    func tooSmallAFrameMax(frameMax: UInt32) async throws {
        let error = try await Self.tuned(frameMax)
        #expect(error?.code == .handshakeFailed && error?.message.contains("\(frameMax)") == true)
    }

    @Test("server tunes frame_max 0, 4096 and above 2^31", arguments: [UInt32(0), 4096, 0x8000_0000, .max])
    func oddFrameMax(frameMax: UInt32) async throws {
        #expect(try await Self.tuned(frameMax) == nil)
    }

    private static func tuned(_ frameMax: UInt32) async throws -> AMQPError? {
        try await ScriptedPeer.run { session in
            try await session.shakeHands(tune: .init(channelMax: 2047, frameMax: frameMax, heartbeat: 60))
            try await session.expect(ConnectionClose.self)
            try await session.send(ConnectionCloseOk(), on: 0)
        } _: { peer in
            do throws(AMQPError) {
                try await AMQPConnection.connect(to: peer.url, options: options()).close()
                return nil
            } catch {
                return error
            }
        }
    }

    // MARK: Content

    /// A consumer at a peer that sends these frames on its channel.
    private func consumer(
        _ change: (inout AMQPConnection.Options) -> Void = { _ in },
        getting script: @escaping @Sendable (ScriptedSession, UInt16, String) async throws -> Void
    ) async throws -> AMQPError? {
        let options = Self.options(change)
        return try await ScriptedPeer.run { session in
            try await session.shakeHands()
            let (number, tag) = try await session.startConsumer()
            try await session.send(
                BasicDeliver(consumerTag: tag, deliveryTag: 1, redelivered: false, exchange: "", routingKey: "q"),
                on: number)
            try await script(session, number, tag)
            try await session.waitForTheEnd()
        } _: { peer in
            // Another connection in the same process does not notice.
            let bystander = try await AMQPConnection.connect(to: peer.url, options: options)
            let connection = try await AMQPConnection.connect(to: peer.url, options: options)
            let consumer = try await connection.openChannel().consume("q", prefetch: 1)
            let error = await #expect(throws: AMQPError.self) { for try await _ in consumer {} }
            #expect(await bystander.isOpen)
            return error
        }
    }

    private static func header(bodySize: UInt64) -> [UInt8] {
        [0, 60, 0, 0] + withUnsafeBytes(of: bodySize.bigEndian) { Array($0) } + [0, 0]
    }

    @Test("header body_size negative or huge", arguments: [1 << 63, .max, 1 << 40, (128 << 20) + 1] as [UInt64])
    func hugeBodySize(size: UInt64) async throws {
        let error = try await consumer { session, number, _ in
            try await session.send(frame: 2, channel: number, payload: Self.header(bodySize: size))
        }
        #expect(error?.code == .malformedFrame && error?.message.contains("\(size)") == true)
    }

    @Test("message over the client's cap") func bodyOverTheCap() async throws {
        let error = try await consumer {
            $0.maximumBodySize = 1000
        } getting: { session, number, _ in
            try await session.send(frame: 2, channel: number, payload: Self.header(bodySize: 1001))
        }
        #expect(error?.message.contains("1000") == true)
    }

    @Test("body longer than header size") func bodyOverrun() async throws {
        let error = try await consumer { session, number, _ in
            try await session.send(frame: 2, channel: number, payload: Self.header(bodySize: 10))
            try await session.send(frame: 3, channel: number, payload: Array(repeating: 0, count: 11))
        }
        #expect(error?.message.contains("longer body") == true)
    }

    @Test("method in the middle of a message") func interruptedMessage() async throws {
        let error = try await consumer { session, number, tag in
            try await session.send(frame: 2, channel: number, payload: Self.header(bodySize: 10))
            try await session.send(BasicCancel(consumerTag: tag, noWait: true), on: number)
        }
        #expect(error?.message.contains("middle of a message") == true)
    }

    @Test("content on channel 0") func strayContent() async throws {
        let error = try await end { try await $0.send(frame: 3, channel: 0, payload: [1]) }
        #expect(error?.message.contains("channel 0") == true)
    }

    @Test("delivery for a consumer that does not exist") func strayDelivery() async throws {
        let error = try await consumer { session, number, _ in
            try await session.send(frame: 2, channel: number, payload: Self.header(bodySize: 0))
            try await session.send(
                BasicDeliver(consumerTag: "nobody", deliveryTag: 2, redelivered: false, exchange: "", routingKey: "q"),
                body: [], on: number)
        }
        #expect(error?.message.contains("nobody") == true)
    }

    // MARK: Silence

    @Test("slowloris peer in the handshake", arguments: [0, 1, 7, 20])
    func aPeerThatStopsInTheHandshake(after bytes: Int) async throws {
        let error = try await ScriptedPeer.run { session in
            try await session.expectProtocolHeader()
            try await session.send(
                raw: Array([1, 0, 0, 0, 0, 1, 0, 0, 10, 0, 10, 0, 9, 0, 0, 0, 0, 0, 0, 0].prefix(bytes)))
            try await session.waitForTheEnd()
        } _: { peer in
            await #expect(throws: AMQPError.self) {
                try await AMQPConnection.connect(
                    to: peer.url, options: Self.options { $0.connectTimeout = .milliseconds(300) })
            }
        }
        #expect(error?.code == .timeout)
    }

    @Test("blocked writes: the peer stops reading") func aPeerThatStopsReading() async throws {
        let error = try await ScriptedPeer.run { session in
            try await session.shakeHands()
            _ = try await session.openChannel()
            // Reads nothing more, and holds the connection until the client has given up.
            try await Task.sleep(for: .seconds(600))
        } _: { peer in
            let options = Self.options {
                $0.publishTimeout = .milliseconds(300)
                $0.heartbeat = 0
            }
            let connection = try await AMQPConnection.connect(to: peer.url, options: options)
            let channel = try await connection.openChannel()
            let error = await #expect(throws: AMQPError.self) {
                for _ in 0..<10_000 {
                    try await channel.publish(.init(Array(repeating: 1, count: 65536)), routingKey: "q")
                }
            }
            #expect(connection.outbox.waitingBytes < 2 * options.maximumOutboxBytes, "memory is bounded")
            await connection.close(timeout: .milliseconds(100))
            return error
        }
        #expect(error?.code == .timeout)
    }

    @Test("an RPC that is never answered") func aPeerThatDoesNotAnswer() async throws {
        try await ScriptedPeer.run { session in
            try await session.shakeHands()
            let number = try await session.openChannel()
            try await session.expect(QueueDeclare.self)
            // The answer comes when nobody waits any more, and is not taken for that of the next.
            let second = try await session.expect(QueueDeclare.self).arguments.queue
            try await session.send(QueueDeclareOk(queue: "first", messageCount: 1, consumerCount: 0), on: number)
            try await session.send(QueueDeclareOk(queue: second, messageCount: 2, consumerCount: 0), on: number)
            try await session.waitForTheEnd()
        } _: { peer in
            let options = Self.options { $0.rpcTimeout = .seconds(2) }
            let connection = try await AMQPConnection.connect(to: peer.url, options: options)
            let channel = try await connection.openChannel()
            let error = await #expect(throws: AMQPError.self) { try await channel.declareQueue("first") }
            #expect(error?.code == .timeout)
            #expect(try await channel.declareQueue("second").messageCount == 2)
        }
    }

    @Test("a cancelled RPC leaves the channel usable") func aCancelledCall() async throws {
        try await ScriptedPeer.run { session in
            try await session.shakeHands()
            let number = try await session.openChannel()
            try await session.expect(QueueDeclare.self)
            try await session.expect(QueueDeclare.self)
            for name in ["first", "second"] {
                try await session.send(QueueDeclareOk(queue: name, messageCount: 0, consumerCount: 0), on: number)
            }
            try await session.waitForTheEnd()
        } _: { peer in
            let connection = try await AMQPConnection.connect(to: peer.url, options: Self.options())
            let channel = try await connection.openChannel()
            let first = Task { try await channel.declareQueue("first") }
            first.cancel()
            let error = await #expect(throws: AMQPError.self) { try await first.value }
            #expect(error?.code == .cancelled)
            #expect(try await channel.declareQueue("second").name == "second")
        }
    }
}
