internal import NIOCore

/// Frames that wait for the next write, encoded one behind the other.
struct FrameBuffer {
    private var bytes = ByteBuffer()
    private let encoder = FrameEncoder()
    private var lastHead: MessageHead?
    /// Agreed at tuning; until then only the handshake's small methods are sent.
    var frameMax = 4096

    /// Enough for `basic.publish` with the longest names, and for a message header without a table.
    private static let roomForMethod = 1024
    private static let roomForHeader = 3072

    var count: Int { bytes.readableBytes }

    mutating func append(raw: [UInt8]) {
        bytes.writeBytes(raw)
    }

    mutating func append(_ method: some MethodArguments, channel: UInt16) throws(AMQPError) {
        let encoder = encoder
        try append(room: frameMax) { (room) throws(AMQPError) in
            try encoder.method(method, channel: channel, into: room)
        }
    }

    /// Appends METHOD, HEADER and BODY frames, or nothing if that fails.
    mutating func append(_ message: OutboundMessage, channel: UInt16) throws(AMQPError) {
        if let head = lastHead, head.fits(message, channel) {
            bytes.writeBytes(head.bytes)
        } else {
            let start = bytes.writerIndex
            try appendHead(message, channel: channel)
            // A message with an id of its own is not followed by another one like it.
            if message.properties.messageID == nil,
                let head = bytes.viewBytes(at: start, length: bytes.writerIndex - start)
            {
                lastHead = MessageHead(message, channel, bytes: Array(head))
            }
        }
        appendBody(message.body, channel: channel)
    }

    private mutating func appendHead(_ message: OutboundMessage, channel: UInt16) throws(AMQPError) {
        let start = bytes.writerIndex
        let encoder = encoder
        do throws(AMQPError) {
            let publish = BasicPublish(
                exchange: message.exchange, routingKey: message.routingKey, mandatory: message.mandatory)
            try append(room: min(Self.roomForMethod, frameMax)) { (room) throws(AMQPError) in
                try encoder.method(publish, channel: channel, into: room)
            }
            let room = message.properties.headers == nil ? min(Self.roomForHeader, frameMax) : frameMax
            try append(room: room) { (room) throws(AMQPError) in
                try encoder.contentHeader(
                    bodySize: message.body.readableBytes, properties: message.properties, channel: channel, into: room)
            }
        } catch {
            bytes.moveWriterIndex(to: start)
            throw error
        }
    }

    /// An empty body has no BODY frame at all.
    private mutating func appendBody(_ body: ByteBuffer, channel: UInt16) {
        var rest = body
        let largest = frameMax - FrameHeader.overhead
        while rest.readableBytes > 0 {
            let size = min(rest.readableBytes, largest)
            let header = FrameHeader(kind: .body, channel: channel, payloadSize: size)
            bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: header.frameSize) { room in
                header.write(into: room)
                rest.withUnsafeReadableBytes { source in
                    UnsafeMutableRawBufferPointer(rebasing: room[FrameHeader.size...])
                        .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[..<size]))
                }
                room[FrameHeader.size + size] = FrameHeader.end
                return header.frameSize
            }
            rest.moveReaderIndex(forwardBy: size)
        }
    }

    private mutating func append(
        room: Int,
        _ encode: (UnsafeMutableRawBufferPointer) throws(AMQPError) -> Int
    ) throws(AMQPError) {
        _ = try bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { (memory) throws(AMQPError) in
            try encode(UnsafeMutableRawBufferPointer(rebasing: memory[..<room]))
        }
    }

    /// Hands everything over and starts anew with as much room as was needed this time.
    mutating func take() -> ByteBuffer {
        let taken = bytes
        bytes = ByteBuffer()
        bytes.reserveCapacity(min(taken.readableBytes, 256 * 1024))
        return taken
    }
}

/// METHOD and HEADER frames of a message. They are the same for one message after the other to the same place, and are
/// then encoded once.
private struct MessageHead {
    private let exchange: String
    private let routingKey: String
    private let properties: BasicProperties
    private let bodySize: Int
    private let channel: UInt16
    private let mandatory: Bool
    let bytes: [UInt8]

    init(_ message: OutboundMessage, _ channel: UInt16, bytes: [UInt8]) {
        exchange = message.exchange
        routingKey = message.routingKey
        properties = message.properties
        bodySize = message.body.readableBytes
        mandatory = message.mandatory
        self.channel = channel
        self.bytes = bytes
    }

    func fits(_ message: OutboundMessage, _ channel: UInt16) -> Bool {
        self.channel == channel && bodySize == message.body.readableBytes && mandatory == message.mandatory
            && routingKey == message.routingKey && exchange == message.exchange && properties == message.properties
    }
}
