public import NIOCore

/// The bytes of a message.
///
///     let body: MessageBody = "hello"
///     let same = MessageBody(Array("hello".utf8))
///
/// A received body is a slice of the buffer it arrived in, and keeps that buffer alive.
public struct MessageBody: Sendable, Hashable {
    /// For those who work with SwiftNIO; it costs nothing.
    public var buffer: ByteBuffer

    public init(_ buffer: ByteBuffer) { self.buffer = buffer }
    public init(_ bytes: [UInt8]) { buffer = ByteBuffer(bytes: bytes) }
    public init(_ text: String) { buffer = ByteBuffer(string: text) }

    /// Size in bytes.
    public var count: Int { buffer.readableBytes }
    /// A copy of the bytes.
    public var bytes: [UInt8] { Array(buffer.readableBytesView) }
    /// The bytes as UTF-8; what is not UTF-8 becomes U+FFFD.
    public var text: String { String(decoding: buffer.readableBytesView, as: UTF8.self) }
}

extension MessageBody: ExpressibleByStringLiteral {
    public init(stringLiteral value: String) { self.init(value) }
}

extension MessageBody: CustomStringConvertible {
    public var description: String { text }
}
