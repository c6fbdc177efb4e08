/// The arguments of a queue, by name and type. Whatever is `nil` is not sent, and RabbitMQ's default or a policy counts.
///
///     try await channel.declareQueue("tasks", arguments: .queue(type: .quorum, deadLetterExchange: "dead"))
///
/// Each says which types of queue take it; the others refuse the declaration.
public struct QueueArguments: Sendable, Equatable {
    /// How a queue keeps its messages.
    public struct QueueType: Sendable, Hashable, ExpressibleByStringLiteral {
        public var name: String
        public init(stringLiteral value: String) { name = value }

        /// One copy on one node.
        public static let classic: QueueType = "classic"
        /// Replicated, for what must not be lost.
        public static let quorum: QueueType = "quorum"
        /// A replicated log that is read without being emptied.
        public static let stream: QueueType = "stream"
    }

    /// What happens to a message that does not fit any more.
    public struct Overflow: Sendable, Hashable, ExpressibleByStringLiteral {
        public var name: String
        public init(stringLiteral value: String) { name = value }

        /// The oldest message is dropped or dead-lettered.
        public static let dropHead: Overflow = "drop-head"
        /// The new one is nacked.
        public static let rejectPublish: Overflow = "reject-publish"
        /// The new one is nacked and dead-lettered; classic queues only.
        public static let rejectPublishAndDeadLetter: Overflow = "reject-publish-dlx"
    }

    /// `x-queue-type`. Left out it is the virtual host's default, *not* whatever exists.
    public var type: QueueType?
    /// `x-dead-letter-exchange`: where rejected, expired and dropped messages go. Empty is the default exchange.
    public var deadLetterExchange: String?
    /// `x-dead-letter-routing-key`; left out, messages keep theirs.
    public var deadLetterRoutingKey: String?
    /// `x-message-ttl`: how long a message may wait.
    public var messageTTL: Duration?
    /// `x-expires`: the queue is deleted after so long without use.
    public var expires: Duration?
    /// `x-max-length`: messages that are ready.
    public var maxLength: Int?
    /// `x-max-length-bytes`: bytes of their bodies.
    public var maxLengthBytes: Int?
    /// `x-overflow`.
    public var overflow: Overflow?
    /// `x-max-priority`: 1 to 255, few are better; classic queues only (quorum queues always have priorities).
    public var maxPriority: Int?
    /// `x-delivery-limit`: failed deliveries after which a message is dead-lettered or dropped; quorum queues only. 20 by
    /// default since RabbitMQ 4.0.
    public var deliveryLimit: Int?
    /// `x-single-active-consumer`: one consumer gets everything, and the next when that goes.
    public var singleActiveConsumer: Bool?
    /// `x-consumer-timeout`: how long a delivery may be held. RabbitMQ 3.12 and newer; from 4.3 quorum queues only.
    public var consumerTimeout: Duration?
    /// `x-max-age`: how long a stream keeps messages.
    public var maxAge: Duration?
    /// `x-stream-max-segment-size-bytes`.
    public var maxSegmentSize: Int?
    /// `x-queue-leader-locator`: `client-local` or `balanced`.
    public var leaderLocator: String?
    /// `x-quorum-initial-group-size`: replicas.
    public var initialGroupSize: Int?
    /// Everything else, by its name on the wire.
    public var others: FieldTable

    public init(
        type: QueueType? = nil,
        deadLetterExchange: String? = nil,
        deadLetterRoutingKey: String? = nil,
        messageTTL: Duration? = nil,
        expires: Duration? = nil,
        maxLength: Int? = nil,
        maxLengthBytes: Int? = nil,
        overflow: Overflow? = nil,
        maxPriority: Int? = nil,
        deliveryLimit: Int? = nil,
        singleActiveConsumer: Bool? = nil,
        consumerTimeout: Duration? = nil,
        maxAge: Duration? = nil,
        maxSegmentSize: Int? = nil,
        leaderLocator: String? = nil,
        initialGroupSize: Int? = nil,
        others: FieldTable = [:]
    ) {
        self.type = type
        self.deadLetterExchange = deadLetterExchange
        self.deadLetterRoutingKey = deadLetterRoutingKey
        self.messageTTL = messageTTL
        self.expires = expires
        self.maxLength = maxLength
        self.maxLengthBytes = maxLengthBytes
        self.overflow = overflow
        self.maxPriority = maxPriority
        self.deliveryLimit = deliveryLimit
        self.singleActiveConsumer = singleActiveConsumer
        self.consumerTimeout = consumerTimeout
        self.maxAge = maxAge
        self.maxSegmentSize = maxSegmentSize
        self.leaderLocator = leaderLocator
        self.initialGroupSize = initialGroupSize
        self.others = others
    }

    /// As they are sent.
    public var table: FieldTable {
        var table = others
        table["x-queue-type"] = type.map { .string($0.name) }
        table["x-dead-letter-exchange"] = deadLetterExchange.map { .string($0) }
        table["x-dead-letter-routing-key"] = deadLetterRoutingKey.map { .string($0) }
        table["x-message-ttl"] = messageTTL.map { .int64($0.milliseconds) }
        table["x-expires"] = expires.map { .int64($0.milliseconds) }
        table["x-max-length"] = maxLength.map { .int64(Int64($0)) }
        table["x-max-length-bytes"] = maxLengthBytes.map { .int64(Int64($0)) }
        table["x-overflow"] = overflow.map { .string($0.name) }
        table["x-max-priority"] = maxPriority.map { .int64(Int64($0)) }
        table["x-delivery-limit"] = deliveryLimit.map { .int64(Int64($0)) }
        table["x-single-active-consumer"] = singleActiveConsumer.map { .bool($0) }
        table["x-consumer-timeout"] = consumerTimeout.map { .int64($0.milliseconds) }
        table["x-max-age"] = maxAge.map { .string("\($0.components.seconds)s") }
        table["x-stream-max-segment-size-bytes"] = maxSegmentSize.map { .int64(Int64($0)) }
        table["x-queue-leader-locator"] = leaderLocator.map { .string($0) }
        table["x-quorum-initial-group-size"] = initialGroupSize.map { .int64(Int64($0)) }
        return table
    }
}

extension FieldTable {
    /// The arguments of a queue, by name and type.
    public static func queue(_ arguments: QueueArguments) -> FieldTable { arguments.table }
    /// The arguments of a consumer, by name and type.
    public static func consumer(_ arguments: ConsumerArguments) -> FieldTable { arguments.table }
}

extension Duration {
    /// Whole milliseconds, which is what RabbitMQ counts in.
    var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        return overflow ? .max : product.addingReportingOverflow(attoseconds / 1_000_000_000_000_000).partialValue
    }
}
