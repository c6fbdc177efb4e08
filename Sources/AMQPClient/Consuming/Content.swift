internal import NIOCore

/// A method with content, complete.
struct Content: Sendable {
    /// `basic.deliver`, `basic.get-ok` or `basic.return`.
    var method: ContentMethod
    /// `nil` if they could not be decoded: then the message is damaged, not the connection.
    var properties: Result<BasicProperties, AMQPError>
    var body: ByteBuffer
}

enum ContentMethod: Sendable {
    case deliver(BasicDeliver)
    case getOk(BasicGetOk)
    case returned(BasicReturn)
}
