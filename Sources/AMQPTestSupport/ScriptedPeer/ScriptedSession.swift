package import AMQPCodec
internal import NIOConcurrencyHelpers
internal import NIOCore

/// One connection of a ``ScriptedPeer``, as its script sees it.
public final class ScriptedSession {
    private let channel: any Channel
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private let state: NIOLockedValueBox<ScriptedPeer.State>
    private let encoder = FrameEncoder()
    private let arena = WireArena()
    private var buffer = ByteBuffer()

    /// The client closed the connection.
    public struct ClientIsGone: Error {}

    init(
        channel: any Channel,
        inbound: NIOAsyncChannelInboundStream<ByteBuffer>,
        outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>,
        state: NIOLockedValueBox<ScriptedPeer.State>
    ) {
        self.channel = channel
        self.inbound = inbound.makeAsyncIterator()
        self.outbound = outbound
        self.state = state
    }

    // MARK: Out

    public func send(raw bytes: [UInt8]) async throws {
        try await outbound.write(ByteBuffer(bytes: bytes))
    }

    /// Sends a frame whose announced size may be a lie.
    public func send(frame type: UInt8, channel number: UInt16, payload: [UInt8], size: UInt32? = nil) async throws {
        var frame = ByteBuffer()
        frame.writeInteger(type)
        frame.writeInteger(number)
        frame.writeInteger(size ?? UInt32(clamping: payload.count))
        frame.writeBytes(payload)
        frame.writeInteger(FrameHeader.end)
        try await outbound.write(frame)
    }

    package func send(_ methods: any MethodArguments..., on number: UInt16 = 1) async throws {
        var bytes = ByteBuffer()
        for method in methods { bytes.writeBytes(try Self.frame(method, number, encoder)) }
        try await outbound.write(bytes)
    }

    private static func frame(
        _ method: some MethodArguments,
        _ number: UInt16,
        _ encoder: FrameEncoder
    ) throws -> [UInt8] {
        var room = [UInt8](repeating: 0, count: 131_072)
        let count = try room.withUnsafeMutableBytes { try encoder.method(method, channel: number, into: $0) }
        return Array(room[..<count])
    }

    /// Sends a message: method, header, body in one frame.
    package func send(
        _ method: some MethodArguments,
        properties: BasicProperties = .persistent,
        body: [UInt8],
        on number: UInt16 = 1
    ) async throws {
        var bytes = try Self.frame(method, number, encoder)
        var room = [UInt8](repeating: 0, count: 131_072)
        let count = try room.withUnsafeMutableBytes {
            try encoder.contentHeader(bodySize: body.count, properties: properties, channel: number, into: $0)
        }
        bytes += room[..<count]
        try await send(raw: bytes)
        if !body.isEmpty { try await send(frame: FrameKind.body.rawValue, channel: number, payload: body) }
    }

    // MARK: In

    /// The next frame that is not a heartbeat; its payload.
    package func frame() async throws -> (FrameHeader, [UInt8]) {
        while true {
            let header = try buffer.withUnsafeReadableBytes { try FrameHeader.parse($0, frameMax: 1 << 28) }
            if let header, buffer.readableBytes >= header.frameSize {
                let bytes = buffer.readBytes(length: header.frameSize) ?? []
                if header.kind == .heartbeat { continue }
                return (header, Array(bytes[FrameHeader.size...].dropLast()))
            }
            try await read()
        }
    }

    /// The next method, whatever content comes between.
    package func method() async throws -> (Method, channel: UInt16) {
        while true {
            let (header, payload) = try await frame()
            guard header.kind == .method else { continue }
            return (try payload.withUnsafeBytes { try Method(payload: $0, arena: arena) }, header.channel)
        }
    }

    /// Reads up to a method of this type.
    @discardableResult
    package func expect<Arguments: MethodArguments>(
        _: Arguments.Type
    ) async throws -> (arguments: Arguments, channel: UInt16) {
        while true {
            let (method, number) = try await method()
            if let wanted = method.arguments as? Arguments { return (wanted, number) }
        }
    }

    private func read() async throws {
        guard var bytes = try await inbound.next(isolation: #isolation) else { throw ClientIsGone() }
        state.withLockedValue { state in
            let room = ScriptedPeer.receivedLimit - state.received.count
            state.received += bytes.readableBytesView.prefix(room)
        }
        buffer.writeBuffer(&bytes)
    }

    /// Waits until the client closes the connection, reading all that it sends.
    public func waitForTheEnd() async throws {
        while try await inbound.next(isolation: #isolation) != nil {}
    }

    // MARK: Usual conversations

    /// Reads the protocol header.
    public func expectProtocolHeader() async throws {
        while buffer.readableBytes < FrameEncoder.protocolHeader.count { try await read() }
        buffer.moveReaderIndex(forwardBy: FrameEncoder.protocolHeader.count)
    }

    /// Protocol header to `connection.open-ok`.
    package func shakeHands(
        version: String = "3.10.8",
        tune: ConnectionTune = .init(channelMax: 2047, frameMax: 131_072, heartbeat: 60)
    ) async throws {
        try await expectProtocolHeader()
        try await send(
            ConnectionStart(
                serverProperties: ["product": "RabbitMQ", "version": .string(version)], mechanisms: "PLAIN EXTERNAL",
                locales: "en_US"),
            on: 0)
        try await expect(ConnectionStartOk.self)
        try await send(tune, on: 0)
        try await expect(ConnectionOpen.self)
        try await send(ConnectionOpenOk(), on: 0)
    }

    /// `channel.open` and its answer; returns the channel's number.
    package func openChannel() async throws -> UInt16 {
        let number = try await expect(ChannelOpen.self).channel
        try await send(ChannelOpenOk(), on: number)
        return number
    }

    /// Opens a channel, and a consumer on it; returns number and tag.
    package func startConsumer() async throws -> (channel: UInt16, tag: String) {
        let number = try await openChannel()
        try await expect(BasicQos.self)
        try await send(BasicQosOk(), on: number)
        let tag = try await expect(BasicConsume.self).arguments.consumerTag
        try await send(BasicConsumeOk(consumerTag: tag), on: number)
        return (number, tag)
    }

    /// Ends the connection without a goodbye: with a RST, if `reset`.
    public func abort(reset: Bool = false) async {
        try? await (reset ? channel.closeWithReset() : channel.close()).get()
    }
}
