internal import NIOCore

/// Cuts what arrives into frames. A payload is a slice of the buffer it arrived in.
struct FrameReader {
    struct Frame {
        var kind: FrameKind
        var channel: UInt16
        var payload: ByteBuffer
    }

    /// Never more than one incomplete frame plus what one read brought.
    private var buffer = ByteBuffer()
    var frameMax: Int

    init(frameMax: Int) {
        self.frameMax = frameMax
    }

    mutating func append(_ bytes: ByteBuffer) {
        if buffer.readableBytes == 0 {
            buffer = bytes
        } else {
            // The incomplete frame moves into a buffer of its own: the old one is shared with messages before it.
            var joined = ByteBuffer()
            joined.reserveCapacity(buffer.readableBytes + bytes.readableBytes)
            joined.writeImmutableBuffer(buffer)
            joined.writeImmutableBuffer(bytes)
            buffer = joined
        }
    }

    /// The next complete frame, or `nil` until more has arrived.
    mutating func next() throws(AMQPError) -> Frame? {
        let frameMax = frameMax
        let header = try buffer.withUnsafeReadableBytes { (bytes) throws(AMQPError) in
            try FrameHeader.parse(bytes, frameMax: frameMax)
        }
        guard let header, buffer.readableBytes >= header.frameSize else { return nil }
        let start = buffer.readerIndex + FrameHeader.size
        guard let payload = buffer.getSlice(at: start, length: header.payloadSize),
            let end: UInt8 = buffer.getInteger(at: start + header.payloadSize)
        else { return nil }
        guard end == FrameHeader.end else { throw .malformed("the server sent a frame that does not end with 0xCE") }
        buffer.moveReaderIndex(forwardBy: header.frameSize)
        return Frame(kind: header.kind, channel: header.channel, payload: payload)
    }

    /// What a peer says first if it does not speak AMQP 0-9-1, as far as it can be told.
    func describeForeignPeer() -> String? {
        let bytes = Array(buffer.readableBytesView.prefix(8))
        if bytes.starts(with: Array("HTTP".utf8)) { return "an HTTP server" }
        if bytes.starts(with: Array("AMQP".utf8)) { return "a server of another AMQP version" }
        if bytes.starts(with: Array("SSH-".utf8)) { return "an SSH server" }
        if let first = bytes.first, first == 0x15 || first == 0x16 { return "a TLS server" }
        return nil
    }
}
