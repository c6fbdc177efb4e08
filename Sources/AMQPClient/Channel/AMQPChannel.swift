/// A channel: the place where queues and exchanges are declared, consumers run and messages are published without
/// confirms.
///
/// When the server refuses an operation it closes the channel with it; everything on the channel then ends with that
/// error, and the connection lives on. So use a channel of its own for what may fail. All functions wait at most
/// ``AMQPConnection/Options/rpcTimeout`` and can be cancelled, which leaves the channel usable.
///
/// Confirms and transactions change what a publish means; they have channels of their own: ``Publisher`` and
/// ``Transaction``.
public final class AMQPChannel: Sendable {
    public let connection: AMQPConnection
    let key: ChannelKey

    init(connection: AMQPConnection, key: ChannelKey) {
        self.connection = connection
        self.key = key
    }

    /// The channel's number on the wire.
    public var number: UInt16 { key.number }

    /// Closes the channel. Unsettled deliveries go back to their queues.
    public func close() async throws(AMQPError) {
        try await connection.closeChannel(key)
    }

    /// Waits until the channel's present life ends, with the leases of all deliveries on it, and says why; or until the
    /// task is cancelled, then with code `cancelled`. Recovery may give the channel another life.
    public func lifeEnded() async -> AMQPError {
        await connection.lifeEnded(of: key)
    }

    /// `channel.flow`: asks the server to stop or go on sending deliveries. RabbitMQ refuses to stop (540); use a
    /// smaller prefetch instead.
    public func setFlow(active: Bool) async throws(AMQPError) {
        _ = try await connection.call(ChannelFlow(active: active), on: key)
    }

    /// `basic.recover`: gives back everything that is unsettled on this channel. RabbitMQ requires `requeue` to be true.
    /// Do not settle deliveries from before: the server no longer knows their tags and would close the channel.
    public func recover(requeue: Bool = true) async throws(AMQPError) {
        _ = try await connection.call(BasicRecover(requeue: requeue), on: key)
    }
}
