import AMQPClient

extension FieldTable {
    /// By key: RabbitMQ 4 does not keep the order.
    var sorted: FieldTable { FieldTable(entries.sorted { $0.key < $1.key }) }
}
