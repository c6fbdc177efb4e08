/// The deliveries of one consumer, in order, as an asynchronous sequence.
///
/// It ends quietly after ``cancel()``, and throws when the broker cancels the consumer, or the channel or connection
/// ends: it never just falls silent. Several tasks may iterate; each delivery goes to one of them. When the last
/// reference goes, the consumer is cancelled and what nobody took is given back.
public final class Consumer: AsyncSequence, Sendable {
    public typealias Element = Delivery
    public typealias Failure = AMQPError

    public let tag: String
    private let connection: AMQPConnection
    private let channel: ChannelKey
    private let inbox: DeliveryInbox

    init(tag: String, connection: AMQPConnection, channel: ChannelKey, inbox: DeliveryInbox) {
        self.tag = tag
        self.connection = connection
        self.channel = channel
        self.inbox = inbox
    }

    deinit {
        connection.abandonConsumer(tag, on: channel, inbox)
    }

    /// Tells the broker to send nothing more, and waits until it agrees. Deliveries that have arrived can still be
    /// taken, and are settled as ever; then the sequence ends.
    public func cancel() async throws(AMQPError) {
        try await connection.cancelConsumer(tag, on: channel, inbox)
    }

    /// As ``cancel()``, without waiting, and gives back what nobody took. Once its channel is interrupted, as in
    /// `onInterruption`, it is not started again.
    package func abandon() {
        connection.abandonConsumer(tag, on: channel, inbox)
    }

    /// Takes what has arrived and nobody took yet; it is still to be settled.
    public func takeBuffered() -> [Delivery] {
        inbox.takeAll()
    }

    /// Deliveries that have arrived so far, taken or not.
    public var deliveryCount: Int { inbox.pushed }

    public func makeAsyncIterator() -> Iterator {
        Iterator(consumer: self)
    }

    public struct Iterator: AsyncIteratorProtocol {
        /// Keeps the consumer running while somebody iterates.
        let consumer: Consumer

        public mutating func next() async throws(AMQPError) -> Delivery? {
            try await consumer.inbox.next()
        }

        public mutating func next(isolation actor: isolated (any Actor)?) async throws(AMQPError) -> Delivery? {
            try await consumer.inbox.next()
        }
    }
}
