/// The seven bytes before a frame's payload.
package struct FrameHeader: Sendable, Equatable {
    package var kind: FrameKind
    package var channel: UInt16
    /// Payload size in bytes, without the eight bytes around it.
    package var payloadSize: Int

    package static let size = 7
    /// Header and end byte: `frame_max` counts them.
    package static let overhead = 8
    package static let end: UInt8 = 0xCE

    package init(kind: FrameKind, channel: UInt16, payloadSize: Int) {
        self.kind = kind
        self.channel = channel
        self.payloadSize = payloadSize
    }

    /// Header, payload and end byte.
    package var frameSize: Int { payloadSize + Self.overhead }

    /// Reads a header at the beginning of `bytes`, or returns `nil` if there are fewer than seven.
    ///
    /// The size is held against `frameMax` here, before anybody waits or allocates for the payload.
    ///
    /// - Throws: ``AMQPError`` with code `malformedFrame`.
    package static func parse(_ bytes: UnsafeRawBufferPointer, frameMax: Int) throws(AMQPError) -> FrameHeader? {
        guard bytes.count >= size else { return nil }
        guard let kind = FrameKind(rawValue: bytes[0]) else {
            throw .malformed("the server sent a frame of unknown type \(bytes[0])")
        }
        let channel = UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 1, as: UInt16.self))
        let payloadSize = Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 3, as: UInt32.self)))
        guard payloadSize <= frameMax - overhead else {
            throw .malformed("the server sent a frame of \(payloadSize) bytes; \(frameMax - overhead) were agreed")
        }
        return FrameHeader(kind: kind, channel: channel, payloadSize: payloadSize)
    }

    package func write(into buffer: UnsafeMutableRawBufferPointer) {
        buffer[0] = kind.rawValue
        buffer.storeBytes(of: channel.bigEndian, toByteOffset: 1, as: UInt16.self)
        buffer.storeBytes(of: UInt32(clamping: payloadSize).bigEndian, toByteOffset: 3, as: UInt32.self)
    }
}

package enum FrameKind: UInt8, Sendable {
    case method = 1
    case header = 2
    case body = 3
    case heartbeat = 8
}
