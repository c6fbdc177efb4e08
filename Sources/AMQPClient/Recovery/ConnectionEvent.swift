/// What happens to a connection while it is used, for logs, health checks and displays.
public enum ConnectionEvent: Sendable {
    /// Lost; recovery begins.
    case lost(AMQPError)
    /// The next attempt of recovery.
    case reconnecting(to: BrokerAddress, in: Duration)
    case attemptFailed(BrokerAddress, AMQPError)
    /// Connected again, and everything that can be restored is.
    case recovered(BrokerAddress, after: Duration)
    /// Recovery could not restore this; its users have been told.
    case notRecovered(TopologyEntity, AMQPError)
    /// The server had named this queue, and gave it another name.
    case queueRenamed(from: String, to: String)
    /// The server ended a channel or consumer through no fault of its users, and it was started again.
    case channelRestored(UInt16, because: AMQPError)
    /// The server takes no publishes: an alarm. Consumers go on.
    case blocked(reason: String)
    case unblocked
    /// The server accepted a new password or token.
    case secretUpdated
    /// The provider or the server failed; it is tried again, and the server closes the connection when the old one expires.
    case secretNotUpdated(AMQPError)
    /// Over, for good; `nil` if it was closed from here.
    case ended(AMQPError?)
}
