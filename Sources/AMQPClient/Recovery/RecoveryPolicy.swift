/// What happens when the connection is lost.
///
/// By default it is opened again, at another address if there is one, with everything that was declared and running on
/// it. Publishers wait, consumers go on, and deliveries from before are lost leases.
public struct RecoveryPolicy: Sendable {
    /// Whether to recover at all. Otherwise everything ends with the connection.
    public var isEnabled = true
    public var topology = TopologyScope.all
    /// Asked before an exchange, queue or binding is declared again; `false` leaves it out.
    public var filter: @Sendable (TopologyEntity) -> Bool = { _ in true }
    public var backoff = Backoff()
    /// After this time without a connection, everything ends with the last error. `nil` goes on for ever: then watch
    /// ``AMQPConnection/Options/onEvent``.
    public var giveUpAfter: Duration?
    /// How long an entity that another connection locks (405), or whose node is down, is tried again. RabbitMQ notices a
    /// dead connection, and frees its exclusive queues, after two to three heartbeats.
    public var lockedEntityTimeout = Duration.seconds(30)

    public init() {}

    /// The connection ends with the first loss.
    public static var disabled: RecoveryPolicy {
        var policy = RecoveryPolicy()
        policy.isEnabled = false
        return policy
    }
}

/// Which of the exchanges, queues and bindings that this connection declared are declared again.
public enum TopologyScope: Sendable {
    /// All but those that were deleted since, as far as the client was told. A durable queue that somebody else deleted
    /// during the outage is created again.
    case all
    /// Only what cannot have survived: exclusive, auto-deleted and transient queues, auto-deleted and transient
    /// exchanges, and bindings to and from them.
    case transientOnly
    /// Nothing; consumers are started again all the same.
    case none
}

/// Something that recovery declares or starts again.
public enum TopologyEntity: Sendable, Hashable {
    case exchange(String)
    case queue(String)
    case queueBinding(queue: String, exchange: String, routingKey: String, arguments: FieldTable)
    case exchangeBinding(destination: String, source: String, routingKey: String, arguments: FieldTable)
    case consumer(tag: String, queue: String)
    case channel(UInt16)
}

extension TopologyEntity: CustomStringConvertible {
    public var description: String {
        switch self {
        case .exchange(let name): "exchange \"\(name)\""
        case .queue(let name): "queue \"\(name)\""
        case .queueBinding(let queue, let exchange, let key, _):
            "binding of queue \"\(queue)\" to exchange \"\(exchange)\" with key \"\(key)\""
        case .exchangeBinding(let destination, let source, let key, _):
            "binding of exchange \"\(destination)\" to exchange \"\(source)\" with key \"\(key)\""
        case .consumer(let tag, let queue): "consumer \"\(tag)\" of queue \"\(queue)\""
        case .channel(let number): "channel \(number)"
        }
    }
}
