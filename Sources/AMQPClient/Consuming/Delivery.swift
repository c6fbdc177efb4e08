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

    private let epoch: ChannelEpoch
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
        epoch: ChannelEpoch
    ) {
        self.body = MessageBody(body)
        self.properties = properties
        self.exchange = exchange
        self.routingKey = routingKey
        self.redelivered = redelivered
        self.deliveryTag = deliveryTag
        self.consumerTag = consumerTag
        self.epoch = epoch
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
        let connection = epoch.connection
        let step = try connection.outbox.settle(method, of: epoch)
        if step.needsFlush { connection.requestFlush() }
        guard step.value else { throw leaseLost }
    }

    private var leaseLost: AMQPError {
        var cause = "its channel is gone"
        if case .failure(let error) = epoch.end.known { cause = error.message }
        return AMQPError(
            .leaseLost, "delivery \(deliveryTag) was lost: \(cause)",
            remedy: "The broker delivers the message again; make the work repeatable")
    }
}

extension Delivery {
    /// Whether the broker still waits for this delivery to be settled here.
    public var isLeased: Bool { epoch.end.known == nil && !isSettled.load(ordering: .relaxed) }

    /// Waits until the broker has taken the message back, because channel or connection ended, and says why; or until
    /// the task is cancelled, then with code `cancelled`.
    public func leaseEnded() async -> AMQPError {
        switch await epoch.end.sharedResult() {
        case .failure(.waitCancelled): .waitCancelled
        case .failure: leaseLost
        }
    }

    /// Does work that is worth nothing once the message belongs to somebody else: when the lease ends, `work` is
    /// cancelled and the error is ``AMQPError`` with code `leaseLost`.
    ///
    ///     try await delivery.whileLeased { try await resize(image) }
    ///     try delivery.ack()
    public func whileLeased<Result: Sendable>(
        _ work: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result.self) { group in
            group.addTask { try await work() }
            group.addTask { throw await self.leaseEnded() }
            defer { group.cancelAll() }
            guard let result = try await group.next() else { throw CancellationError() }
            return result
        }
    }
}
