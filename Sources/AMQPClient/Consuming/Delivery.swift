internal import NIOCore
internal import Synchronization

/// A message, on loan.
///
/// The broker keeps it until it is settled: ``ack()`` when the work is done, ``reject(requeue:)`` when it failed,
/// ``nack(requeue:)`` to give it back. When the channel goes first, the loan ends: the broker hands the message to
/// another consumer, and settling throws `leaseLost` without sending anything. So work can be done twice, never lost;
/// ``redelivered`` and the message id tell.
public final class Delivery: Sendable {
    public let body: MessageBody
    public let properties: BasicProperties
    public let exchange: String
    public let routingKey: String
    /// The broker may have delivered it before, to this or another consumer.
    public let redelivered: Bool
    /// Counted per channel from 1.
    public let deliveryTag: UInt64
    /// Empty for a message from ``AMQPChannel/get(_:acknowledgement:)``.
    public let consumerTag: String

    private let connection: AMQPConnection
    private let channel: ChannelKey
    private let isSettled: Atomic<Bool>

    init(
        body: ByteBuffer,
        properties: BasicProperties,
        exchange: String,
        routingKey: String,
        redelivered: Bool,
        deliveryTag: UInt64,
        consumerTag: String,
        needsSettling: Bool,
        connection: AMQPConnection,
        channel: ChannelKey
    ) {
        self.body = MessageBody(body)
        self.properties = properties
        self.exchange = exchange
        self.routingKey = routingKey
        self.redelivered = redelivered
        self.deliveryTag = deliveryTag
        self.consumerTag = consumerTag
        self.connection = connection
        self.channel = channel
        isSettled = Atomic(!needsSettling)
    }

    /// The work is done; the broker forgets the message.
    ///
    /// - Throws: ``AMQPError`` with code `leaseLost` if the channel is gone, `alreadySettled` the second time.
    public func ack() throws(AMQPError) {
        try settle(BasicAck(deliveryTag: deliveryTag))
    }

    /// The work failed. With `requeue` the message is delivered again at once and counts towards a quorum queue's
    /// delivery limit; without, it goes to the queue's dead-letter exchange, or is dropped if it has none.
    ///
    /// - Throws: As ``ack()``.
    public func reject(requeue: Bool) throws(AMQPError) {
        try settle(BasicReject(deliveryTag: deliveryTag, requeue: requeue))
    }

    /// Gives the message back, not started or not finished. With RabbitMQ 4.3 this does not count towards the delivery
    /// limit.
    ///
    /// - Throws: As ``ack()``.
    public func nack(requeue: Bool = true) throws(AMQPError) {
        try settle(BasicNack(deliveryTag: deliveryTag, requeue: requeue))
    }

    private func settle(_ method: some MethodArguments) throws(AMQPError) {
        guard !isSettled.exchange(true, ordering: .relaxed) else {
            throw AMQPError(.alreadySettled, "delivery \(deliveryTag) was settled before")
        }
        do throws(AMQPError) {
            try connection.send(method, on: channel)
        } catch {
            throw AMQPError(
                .leaseLost, "delivery \(deliveryTag) was lost with its channel: \(error.message)",
                remedy: "The broker delivers the message again; make the work repeatable")
        }
    }
}
