internal import NIOCore

extension AMQPChannel {
    /// Publishes without confirm: returns when the message is accepted for sending, which says nothing about the broker.
    ///
    /// A message for an exchange that does not exist closes the channel later; one that no queue takes is dropped. To
    /// know, use a ``Publisher``.
    ///
    /// - Parameters:
    ///   - exchange: Empty is the default exchange, which routes to the queue named by the routing key.
    ///   - properties: Persistent by default.
    /// - Throws: ``AMQPError``: `timeout` or `blocked` if there was no room within
    ///   ``AMQPConnection/Options/publishTimeout``.
    public func publish(
        _ body: MessageBody,
        exchange: String = "",
        routingKey: String,
        properties: BasicProperties = .persistent
    ) async throws(AMQPError) {
        let message = OutboundMessage(
            body: body.buffer, exchange: exchange, routingKey: routingKey, mandatory: false, properties: properties)
        try await connection.publish(message, on: key, confirmation: nil)
    }
}

extension AMQPConnection {
    /// Puts a message into the outbox, waiting for room if there is none.
    nonisolated func publish(
        _ message: OutboundMessage,
        on key: ChannelKey,
        confirmation: DeferredConfirmation?
    ) async throws(AMQPError) {
        guard message.body.readableBytes <= OutboundMessage.maximumBodySize else {
            throw .invalidArgument(
                "a body of \(message.body.readableBytes) bytes is larger than any RabbitMQ takes",
                remedy: "Put the data elsewhere and publish where; RabbitMQ 4 takes 16 MiB by default")
        }
        try DeclarationRules.check(message.properties)
        var turn = Outbox.Turn.newcomer(timeout: TimeAmount(options.publishTimeout))
        while true {
            let step = try outbox.publish(message, on: key, confirmation: confirmation, turn: turn)
            if step.needsFlush { requestFlush() }
            switch step.value {
            case .accepted: return
            case .wait(let waiter, let deadline):
                try await waiter.value()
                turn = .waited(deadline: deadline)
            }
        }
    }
}
