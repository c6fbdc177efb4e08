/// What became of a published message.
public enum PublishOutcome: Sendable, Equatable {
    /// The broker has taken responsibility: for a persistent message in a durable queue it is on disk.
    case confirmed
    /// No queue took it (only for mandatory messages); the broker has dropped it.
    case returned(ReturnReason)
    /// The broker could not take it: a full queue with `overflow=reject-publish`, or a fault inside.
    case nacked
    /// Nobody knows: the channel ended, or the deadline passed, between sending and the broker's answer. The message may
    /// or may not be queued; publish it again with the same message id and make the consumer drop duplicates.
    indirect case unknown(AMQPError)

    public var isConfirmed: Bool { self == .confirmed }
}

/// Why a mandatory message came back: the fields of `basic.return`.
public struct ReturnReason: Sendable, Equatable {
    /// 312 NO_ROUTE in practice.
    public var replyCode: UInt16
    public var replyText: String
    public var exchange: String
    public var routingKey: String
}

/// How many publishes ended how.
public struct PublishTally: Sendable, Equatable {
    public var confirmed = 0
    public var returned = 0
    public var nacked = 0
    public var unknown = 0

    public init() {}

    public var total: Int { confirmed + returned + nacked + unknown }

    package mutating func count(_ outcome: PublishOutcome) {
        switch outcome {
        case .confirmed: confirmed += 1
        case .returned: returned += 1
        case .nacked: nacked += 1
        case .unknown: unknown += 1
        }
    }
}
