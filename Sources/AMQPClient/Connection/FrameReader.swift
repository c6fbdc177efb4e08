internal import NIOCore

/// Cuts what arrives into frames.
///
/// A method or header is decoded where it lies; the payload of a body is a slice of the buffer it arrived in.
struct FrameReader {
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

    /// The header of the next complete frame, or `nil` until more has arrived.
    func next() throws(AMQPError) -> FrameHeader? {
        let frameMax = frameMax
        return try buffer.withUnsafeReadableBytes { (bytes) throws(AMQPError) in
            guard let header = try FrameHeader.parse(bytes, frameMax: frameMax), bytes.count >= header.frameSize else {
                return nil
            }
            guard bytes[header.frameSize - 1] == FrameHeader.end else {
                throw .malformed("the server sent a frame that does not end with 0xCE")
            }
            return header
        }
    }

    /// The payload of that frame, where it lies.
    func withPayload<Result>(
        _ header: FrameHeader,
        _ body: (UnsafeRawBufferPointer) throws(AMQPError) -> Result
    ) throws(AMQPError) -> Result {
        try buffer.withUnsafeReadableBytes { (bytes) throws(AMQPError) in
            let end = min(FrameHeader.size + header.payloadSize, bytes.count)
            return try body(UnsafeRawBufferPointer(rebasing: bytes[min(FrameHeader.size, end)..<end]))
        }
    }

    /// The payload of that frame, as a slice.
    func payload(_ header: FrameHeader) -> ByteBuffer {
        buffer.getSlice(at: buffer.readerIndex + FrameHeader.size, length: header.payloadSize) ?? ByteBuffer()
    }

    /// Done with that frame.
    mutating func drop(_ header: FrameHeader) {
        buffer.moveReaderIndex(forwardBy: min(header.frameSize, buffer.readableBytes))
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
