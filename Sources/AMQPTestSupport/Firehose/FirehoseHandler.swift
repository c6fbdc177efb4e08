internal import AMQPCodec
internal import NIOCore

/// The server's side of one connection, as far as a benchmark needs it.
final class FirehoseHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// A class: it is touched once per message.
    private final class State {
        var isConfirming = false
        var published: UInt64 = 0
        var publishedBefore: UInt64 = 0
        var prefetch: Int = 0
        var isConsuming = false
        var nextTag: UInt64 = 1
        var credit = 0
        /// Method, header and body of a delivery; the tag is written in before each is sent.
        var template: [UInt8] = []
        var tagOffset = 0
    }

    private static let frameMax = 131_072
    private let bodySize: Int
    private let encoder = FrameEncoder()
    private let arena = WireArena()
    private var inbound = ByteBuffer()
    private var outbound = ByteBuffer()
    private var sawProtocolHeader = false
    private var channels: [UInt16: State] = [:]

    init(bodySize: Int) {
        self.bodySize = bodySize
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if inbound.readableBytes == 0 { inbound = bytes } else { inbound.writeBuffer(&bytes) }
        do {
            try readFrames()
        } catch {
            return context.close(promise: nil)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        do {
            for number in channels.keys { try answer(number) }
        } catch {
            return context.close(promise: nil)
        }
        guard outbound.readableBytes > 0 else { return }
        context.writeAndFlush(wrapOutboundOut(outbound), promise: nil)
        outbound.clear()
    }

    // MARK: In

    private func readFrames() throws(AMQPError) {
        if !sawProtocolHeader {
            guard inbound.readableBytes >= FrameEncoder.protocolHeader.count else { return }
            inbound.moveReaderIndex(forwardBy: FrameEncoder.protocolHeader.count)
            sawProtocolHeader = true
            try send(
                ConnectionStart(
                    serverProperties: ["product": "Firehose", "version": "0"], mechanisms: "PLAIN",
                    locales: "en_US"), on: 0)
        }
        let view = inbound
        let consumed = try view.withUnsafeReadableBytes { (bytes) throws(AMQPError) -> Int in
            var offset = 0
            while true {
                let rest = UnsafeRawBufferPointer(rebasing: bytes[offset...])
                guard let header = try FrameHeader.parse(rest, frameMax: Self.frameMax),
                    rest.count >= header.frameSize
                else { return offset }
                if header.kind == .method {
                    let start = FrameHeader.size
                    try receive(
                        UnsafeRawBufferPointer(rebasing: rest[start..<(start + header.payloadSize)]), on: header.channel
                    )
                }
                offset += header.frameSize
            }
        }
        inbound.moveReaderIndex(forwardBy: consumed)
        if inbound.readableBytes == 0 { inbound.clear() } else { inbound.discardReadBytes() }
    }

    private func receive(_ payload: UnsafeRawBufferPointer, on number: UInt16) throws(AMQPError) {
        switch try MethodID(payload: payload) {
        case BasicPublish.id: channels[number]?.published += 1
        case BasicAck.id, BasicReject.id, BasicNack.id:
            channels[number]?.credit += 1
        case BasicQos.id:
            channels[number]?.prefetch = Int(try BasicQos(payload: payload, arena: arena).prefetchCount)
            try send(BasicQosOk(), on: number)
        case BasicConsume.id: try startConsumer(try BasicConsume(payload: payload, arena: arena), on: number)
        default: try answer(try Method(payload: payload, arena: arena), on: number)
        }
    }

    private func answer(_ method: Method, on number: UInt16) throws(AMQPError) {
        switch method {
        case .connectionStartOk:
            try send(ConnectionTune(channelMax: 2047, frameMax: UInt32(Self.frameMax), heartbeat: 0), on: 0)
        case .connectionTuneOk: break
        case .connectionOpen: try send(ConnectionOpenOk(), on: 0)
        case .connectionClose: try send(ConnectionCloseOk(), on: 0)
        case .channelOpen:
            channels[number] = State()
            try send(ChannelOpenOk(), on: number)
        case .channelClose:
            channels[number] = nil
            try send(ChannelCloseOk(), on: number)
        case .queueDeclare(let declare):
            try send(QueueDeclareOk(queue: declare.queue, messageCount: 0, consumerCount: 0), on: number)
        case .queuePurge: try send(QueuePurgeOk(messageCount: 0), on: number)
        case .queueDelete: try send(QueueDeleteOk(messageCount: 0), on: number)
        case .confirmSelect:
            channels[number]?.isConfirming = true
            try send(ConfirmSelectOk(), on: number)
        case .basicCancel(let cancel):
            channels[number]?.isConsuming = false
            if !cancel.noWait { try send(BasicCancelOk(consumerTag: cancel.consumerTag), on: number) }
        default: throw .malformed("the firehose does not know this method")
        }
    }

    // MARK: Out

    private func startConsumer(_ consume: BasicConsume, on number: UInt16) throws(AMQPError) {
        let tag = consume.consumerTag.isEmpty ? "c" : consume.consumerTag
        try send(BasicConsumeOk(consumerTag: tag), on: number)
        guard let state = channels[number] else { return }
        let start = outbound.writerIndex
        try send(
            BasicDeliver(consumerTag: tag, deliveryTag: 0, redelivered: false, exchange: "", routingKey: consume.queue),
            on: number)
        let bodySize = bodySize
        let encoder = encoder
        try write(1024) { (room) throws(AMQPError) in
            try encoder.contentHeader(bodySize: bodySize, properties: .persistent, channel: number, into: room)
        }
        if bodySize > 0 {
            var frame = [UInt8](repeating: UInt8(ascii: "x"), count: bodySize + FrameHeader.overhead)
            frame.withUnsafeMutableBytes {
                FrameHeader(kind: .body, channel: number, payloadSize: bodySize).write(into: $0)
            }
            frame[frame.count - 1] = FrameHeader.end
            outbound.writeBytes(frame)
        }
        state.template = Array(outbound.readableBytesView.suffix(outbound.writerIndex - start))
        outbound.moveWriterIndex(to: start)
        // Frame header, method number, length and bytes of the consumer tag.
        state.tagOffset = FrameHeader.size + 4 + 1 + tag.utf8.count
        state.isConsuming = true
        state.credit = state.prefetch > 0 ? state.prefetch : 1000
    }

    /// What a read has earned: one ack for all that was published, and the deliveries that were paid for with acks.
    private func answer(_ number: UInt16) throws(AMQPError) {
        guard let state = channels[number] else { return }
        if state.isConfirming, state.published > state.publishedBefore {
            state.publishedBefore = state.published
            try send(BasicAck(deliveryTag: state.published, multiple: true), on: number)
        }
        guard state.isConsuming, state.credit > 0 else { return }
        for offset in 0..<state.credit {
            let start = outbound.writerIndex
            outbound.writeBytes(state.template)
            outbound.setInteger(state.nextTag + UInt64(offset), at: start + state.tagOffset)
        }
        state.nextTag += UInt64(state.credit)
        state.credit = 0
    }

    private func send(_ method: some MethodArguments, on number: UInt16) throws(AMQPError) {
        let encoder = encoder
        try write(4096) { (room) throws(AMQPError) in try encoder.method(method, channel: number, into: room) }
    }

    private func write(
        _ room: Int,
        _ encode: (UnsafeMutableRawBufferPointer) throws(AMQPError) -> Int
    ) throws(AMQPError) {
        _ = try outbound.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { (memory) throws(AMQPError) in
            try encode(UnsafeMutableRawBufferPointer(rebasing: memory[..<room]))
        }
    }
}
