/// The arguments of a consumer, by name and type.
///
///     try await channel.consume("events", prefetch: 100, arguments: .consumer(.init(streamOffset: .first)))
public struct ConsumerArguments: Sendable, Equatable {
    /// Where a consumer of a stream begins.
    public enum StreamOffset: Sendable, Equatable {
        /// With the oldest message there is.
        case first
        /// With the newest chunk of messages.
        case last
        /// With the next message that is published.
        case next
        /// With this one, counted from 0. A delivery carries its own in the header `x-stream-offset`.
        case offset(UInt64)
        /// With what was published about then; seconds since 1970.
        case timestamp(UInt64)
        /// With what is younger than this.
        case age(Duration)

        var value: FieldValue {
            switch self {
            case .first: "first"
            case .last: "last"
            case .next: "next"
            // RabbitMQ reads 64 bits as signed.
            case .offset(let offset): .int64(Int64(clamping: offset))
            case .timestamp(let seconds): .timestamp(seconds)
            case .age(let age): .string("\(age.components.seconds)s")
            }
        }
    }

    /// `x-priority`: consumers with a higher one are served first, as long as their prefetch has room.
    public var priority: Int?
    /// `x-stream-offset`: streams only; without it, ``StreamOffset/next``.
    public var streamOffset: StreamOffset?
    /// `x-consumer-timeout`: RabbitMQ 4.3 and newer, quorum queues only.
    public var timeout: Duration?
    /// Everything else, by its name on the wire.
    public var others: FieldTable

    public init(
        priority: Int? = nil,
        streamOffset: StreamOffset? = nil,
        timeout: Duration? = nil,
        others: FieldTable = [:]
    ) {
        self.priority = priority
        self.streamOffset = streamOffset
        self.timeout = timeout
        self.others = others
    }

    /// As they are sent.
    public var table: FieldTable {
        var table = others
        table["x-priority"] = priority.map { .int64(Int64($0)) }
        table["x-stream-offset"] = streamOffset?.value
        table["x-consumer-timeout"] = timeout.map { .int64($0.milliseconds) }
        return table
    }
}
