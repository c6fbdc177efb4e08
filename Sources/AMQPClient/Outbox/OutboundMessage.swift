internal import NIOCore

/// A message on its way out.
struct OutboundMessage {
    var body: ByteBuffer
    var exchange: String
    var routingKey: String
    var mandatory: Bool
    var properties: BasicProperties

    /// RabbitMQ's own upper limit, whatever its configuration says.
    static let maximumBodySize = 512 * 1024 * 1024
}
