// Declarations, remembered for recovery in the same step in which their answer is received.
extension AMQPConnection {
    func declare(_ declare: ExchangeDeclare, on key: ChannelKey) async throws(AMQPError) {
        _ = try await call(declare, on: key, isRepeatable: true) { _ in self.topology.record(declare) }
    }

    func declare(_ declare: QueueDeclare, on key: ChannelKey) async throws(AMQPError) -> QueueDeclareOk {
        if options.checksDeclarations { try DeclarationRules.check(declare, on: negotiated?.server.number) }
        return try await call(declare, on: key, isRepeatable: true) { reply in
            guard case .method(.queueDeclareOk(let declared)) = reply else { return }
            self.topology.record(declare, name: declared.queue)
        }
    }

    func bind(_ bind: ExchangeBind, on key: ChannelKey) async throws(AMQPError) {
        _ = try await call(bind, on: key, isRepeatable: true) { _ in self.topology.record(bind) }
    }

    func bind(_ bind: QueueBind, on key: ChannelKey) async throws(AMQPError) {
        _ = try await call(bind, on: key, isRepeatable: true) { _ in self.topology.record(bind) }
    }

    func unbind(_ bind: ExchangeBind, on key: ChannelKey) async throws(AMQPError) {
        topology.forget(bind)
        let unbind = ExchangeUnbind(
            destination: bind.destination, source: bind.source, routingKey: bind.routingKey, arguments: bind.arguments)
        _ = try await call(unbind, on: key, isRepeatable: true)
    }

    func unbind(_ bind: QueueBind, on key: ChannelKey) async throws(AMQPError) {
        topology.forget(bind)
        let unbind = QueueUnbind(
            queue: bind.queue, exchange: bind.exchange, routingKey: bind.routingKey, arguments: bind.arguments)
        _ = try await call(unbind, on: key, isRepeatable: true)
    }

    func delete(_ delete: ExchangeDelete, on key: ChannelKey) async throws(AMQPError) {
        _ = try await call(delete, on: key, isRepeatable: true) { _ in self.topology.forgetExchange(delete.exchange) }
    }

    /// - Returns: How many messages went with it.
    func delete(_ delete: QueueDelete, on key: ChannelKey) async throws(AMQPError) -> UInt32 {
        let reply = try await call(delete, on: key, isRepeatable: true) { _ in self.topology.forgetQueue(delete.queue) }
        return reply.messageCount
    }
}
