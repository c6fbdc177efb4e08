/// The name of a queue: 1 to 255 bytes of UTF-8, not beginning with `amq.`, which RabbitMQ keeps for itself.
public struct QueueName: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    public var name: String

    public init(_ name: String) { self.name = name }
    public init(stringLiteral value: String) { name = value }

    public var description: String { name }
}
