/// Who tells the broker that a delivery is done.
public enum Acknowledgement: Sendable {
    /// You do, by settling each ``Delivery``.
    case manual
    /// Nobody: it counts as done once it is written to the socket, and is lost with the process.
    ///
    /// Nothing but you limits what the broker sends. When 1000 deliveries wait to be taken, the connection stops reading
    /// until you have caught up, answers to everything else on it included: give such a consumer its own connection.
    case none
}

extension AMQPChannel {
    /// Starts a consumer.
    ///
    ///     for try await delivery in try await channel.consume("task_queue", prefetch: 1) {
    ///         try delivery.ack()
    ///     }
    ///
    /// - Parameters:
    ///   - prefetch: The most unsettled deliveries it may hold, 1 to 65535. 1 is fair dispatch: a busy consumer gets
    ///     nothing more. As many as handlers run at once is as fair, and faster. Ignored without acknowledgement.
    ///   - tag: Its name on this channel; empty lets the client choose.
    ///   - exclusive: Refuse all other consumers of the queue.
    ///   - arguments: For example `["x-priority": 10]`; see ``ConsumerArguments``.
    ///   - onInterruption: Called, on the event loop, when what was delivered so far is lost with its channel: by a lost
    ///     connection, or a delivery that was held for longer than the broker's consumer timeout. The consumer goes on
    ///     by itself, and the messages come again. See also ``Delivery/whileLeased(_:)``.
    /// - Throws: ``AMQPError``: with reply 404 if there is no such queue, 403 if it is refused.
    public func consume(
        _ queue: String,
        prefetch: Int,
        acknowledgement: Acknowledgement = .manual,
        tag: String = "",
        exclusive: Bool = false,
        arguments: FieldTable = [:],
        onInterruption: @escaping @Sendable (AMQPError) -> Void = { _ in }
    ) async throws(AMQPError) -> Consumer {
        guard let prefetch = UInt16(exactly: prefetch), prefetch > 0 else {
            throw AMQPError(
                .invalidArgument, "a prefetch of \(prefetch) is not allowed: it is from 1 to 65535",
                remedy: "AMQP's 0 means no limit, which has one consumer hoard the whole queue in memory")
        }
        return try await connection.startConsumer(
            BasicConsume(
                queue: queue, consumerTag: tag, noAck: acknowledgement == .none, exclusive: exclusive,
                arguments: arguments),
            prefetch: prefetch, onInterruption: onInterruption, on: key)
    }

    /// Takes one message, if the queue has one ready. To take many, consume: each `get` costs a round trip.
    public func get(
        _ queue: String,
        acknowledgement: Acknowledgement = .manual
    ) async throws(AMQPError) -> Delivery? {
        try await connection.get(queue, acknowledgement, on: key)
    }
}

extension AMQPConnection {
    fileprivate func get(
        _ queue: String,
        _ acknowledgement: Acknowledgement,
        on key: ChannelKey
    ) async throws(AMQPError) -> Delivery? {
        _ = try await usableChannel(key)
        let waiter = try begin(
            BasicGet(queue: queue, noAck: acknowledgement == .none), on: key,
            replies: [BasicGetOk.id, BasicGetEmpty.id], givesBackUnwanted: acknowledgement == .manual)
        // In the same step: this is the life of the channel that the question was asked in.
        guard let epoch = channels[safely: key.number]?.epoch else { throw .closedByUs }
        guard case .content(let content) = try await waiter.value(), case .getOk(let getOk) = content.method else {
            return nil
        }
        if case .failure = content.properties, acknowledgement == .manual {
            settle(BasicReject(deliveryTag: getOk.deliveryTag, requeue: false), of: epoch)
        }
        return Delivery(
            body: content.body, properties: try content.properties.get(), exchange: getOk.exchange,
            routingKey: getOk.routingKey, redelivered: getOk.redelivered, deliveryTag: getOk.deliveryTag,
            consumerTag: "", needsSettling: acknowledgement == .manual, epoch: epoch)
    }
}
