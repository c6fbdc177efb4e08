/// What the server tells about a queue.
public struct QueueInfo: Sendable, Equatable {
    public var name: String
    /// Messages ready for delivery; those that are delivered and unsettled do not count.
    public var messageCount: UInt32
    public var consumerCount: UInt32
}

extension AMQPChannel {
    /// Creates a queue, or checks that it is as described.
    ///
    /// - Parameters:
    ///   - name: Empty lets the server choose one.
    ///   - durable: Survives a restart of the broker.
    ///   - exclusive: Only for this connection, and deleted with it.
    ///   - passive: Only check that it exists; the other parameters are then ignored.
    ///   - arguments: For example `["x-queue-type": "quorum"]`, or by name and type: ``QueueArguments``. Leaving the type
    ///     out means the virtual host's default.
    /// - Throws: ``AMQPError``: `invalidArgument` if RabbitMQ would refuse it in any case; with reply 406 if the queue exists and differs, the message naming the argument and both
    ///   values; 404 if it is looked for passively and missing; 405 if it is exclusive to another connection.
    @discardableResult
    public func declareQueue(
        _ name: String = "",
        durable: Bool = true,
        exclusive: Bool = false,
        autoDelete: Bool = false,
        passive: Bool = false,
        arguments: FieldTable = [:]
    ) async throws(AMQPError) -> QueueInfo {
        let reply = try await connection.declare(
            QueueDeclare(
                queue: name, passive: passive, durable: durable, exclusive: exclusive, autoDelete: autoDelete,
                arguments: arguments),
            on: key)
        return QueueInfo(name: reply.queue, messageCount: reply.messageCount, consumerCount: reply.consumerCount)
    }

    /// Routes messages with this routing key from an exchange to a queue.
    public func bindQueue(
        _ queue: String,
        to exchange: String,
        routingKey: String = "",
        arguments: FieldTable = [:]
    ) async throws(AMQPError) {
        try await connection.bind(
            QueueBind(queue: queue, exchange: exchange, routingKey: routingKey, arguments: arguments), on: key)
    }

    /// Removes such a binding.
    public func unbindQueue(
        _ queue: String,
        from exchange: String,
        routingKey: String = "",
        arguments: FieldTable = [:]
    ) async throws(AMQPError) {
        try await connection.unbind(
            QueueBind(queue: queue, exchange: exchange, routingKey: routingKey, arguments: arguments), on: key)
    }

    /// Drops the ready messages of a queue.
    ///
    /// - Returns: How many.
    @discardableResult
    public func purgeQueue(_ queue: String) async throws(AMQPError) -> UInt32 {
        try await connection.call(QueuePurge(queue: queue), on: key).messageCount
    }

    /// Deletes a queue, optionally only if it has no consumers or no messages.
    ///
    /// - Returns: How many messages went with it.
    @discardableResult
    public func deleteQueue(
        _ queue: String,
        ifUnused: Bool = false,
        ifEmpty: Bool = false
    ) async throws(AMQPError) -> UInt32 {
        try await connection.delete(QueueDelete(queue: queue, ifUnused: ifUnused, ifEmpty: ifEmpty), on: key)
    }
}
