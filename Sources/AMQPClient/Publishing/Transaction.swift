/// Publishes that take effect together: a channel in transaction mode.
///
/// Each commit costs the broker a synchronous write; a ``Publisher`` is far faster. RabbitMQ guarantees atomicity for
/// one queue only.
public final class Transaction: Sendable {
    private let channel: AMQPChannel

    init(channel: AMQPChannel) {
        self.channel = channel
    }

    /// Adds a message to the transaction.
    public func publish(
        _ body: MessageBody,
        exchange: String = "",
        routingKey: String,
        properties: BasicProperties = .persistent
    ) async throws(AMQPError) {
        try await channel.publish(body, exchange: exchange, routingKey: routingKey, properties: properties)
    }

    /// Makes everything since the last commit or rollback take effect; a new transaction begins.
    public func commit() async throws(AMQPError) {
        _ = try await channel.connection.call(TxCommit(), on: channel.key)
    }

    /// Abandons everything since the last commit or rollback; a new transaction begins.
    public func rollback() async throws(AMQPError) {
        _ = try await channel.connection.call(TxRollback(), on: channel.key)
    }

    public func close() async throws(AMQPError) {
        try await channel.close()
    }
}

extension AMQPConnection {
    /// Opens a channel in transaction mode. It ends with the connection: an open transaction cannot be recovered.
    public func makeTransaction() async throws(AMQPError) -> Transaction {
        let key = try await openChannel(role: .transaction) { (connection, key) throws(AMQPError) in
            _ = try await connection.callOrClose(TxSelect(), on: key)
        }
        return Transaction(channel: AMQPChannel(connection: self, key: key))
    }
}
