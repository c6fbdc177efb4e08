/// How an exchange routes.
public struct ExchangeType: Sendable, Hashable, ExpressibleByStringLiteral {
    public var name: String

    /// A type that a plugin adds.
    public init(stringLiteral value: String) { name = value }

    /// To the queues bound with exactly the message's routing key.
    public static let direct: ExchangeType = "direct"
    /// To every bound queue.
    public static let fanout: ExchangeType = "fanout"
    /// By patterns of words: `*` is one word, `#` any number.
    public static let topic: ExchangeType = "topic"
    /// By the message's headers.
    public static let headers: ExchangeType = "headers"
}

extension AMQPChannel {
    /// Creates an exchange, or checks that it is as described.
    ///
    /// - Parameters:
    ///   - passive: Only check that it exists.
    ///   - internal: Only other exchanges may publish to it.
    /// - Throws: ``AMQPError`` with reply 406 if it exists and differs, 404 if it is looked for passively and missing.
    public func declareExchange(
        _ name: String,
        type: ExchangeType = .direct,
        durable: Bool = true,
        autoDelete: Bool = false,
        internal: Bool = false,
        passive: Bool = false,
        arguments: FieldTable = [:]
    ) async throws(AMQPError) {
        try await connection.declare(
            ExchangeDeclare(
                exchange: name, type: type.name, passive: passive, durable: durable, autoDelete: autoDelete,
                isInternal: `internal`, arguments: arguments),
            on: key)
    }

    /// Deletes an exchange; with `ifUnused` only if nothing is bound to it.
    public func deleteExchange(_ name: String, ifUnused: Bool = false) async throws(AMQPError) {
        try await connection.delete(ExchangeDelete(exchange: name, ifUnused: ifUnused), on: key)
    }

    /// Routes from `source` to the exchange `destination` (an extension of RabbitMQ).
    public func bindExchange(
        _ destination: String,
        to source: String,
        routingKey: String = "",
        arguments: FieldTable = [:]
    ) async throws(AMQPError) {
        try await connection.bind(
            ExchangeBind(destination: destination, source: source, routingKey: routingKey, arguments: arguments),
            on: key)
    }

    /// Removes such a binding.
    public func unbindExchange(
        _ destination: String,
        from source: String,
        routingKey: String = "",
        arguments: FieldTable = [:]
    ) async throws(AMQPError) {
        try await connection.unbind(
            ExchangeBind(destination: destination, source: source, routingKey: routingKey, arguments: arguments),
            on: key)
    }
}
