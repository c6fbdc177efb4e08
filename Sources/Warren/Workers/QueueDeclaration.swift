/// How a queue is declared before it is used.
public struct QueueDeclaration: Sendable {
    public var name: QueueName
    public var arguments: FieldTable
    /// Take the queue as it is; fail if there is none.
    public var passive: Bool

    /// Durable, neither exclusive nor deleted automatically.
    public init(_ name: QueueName, arguments: FieldTable = [:], passive: Bool = false) {
        self.name = name
        self.arguments = arguments
        self.passive = passive
    }

    @discardableResult
    public func declare(on channel: AMQPChannel) async throws(AMQPError) -> QueueInfo {
        try await channel.declareQueue(name.name, passive: passive, arguments: arguments)
    }
}
