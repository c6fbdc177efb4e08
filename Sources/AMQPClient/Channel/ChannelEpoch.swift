/// One life of a channel on the wire, from `channel.open` to its end: what deliveries are leased on.
///
/// A recovered channel has the same number and counts delivery tags from 1 again, so a late ack would settle somebody
/// else's message. What belongs to an earlier epoch never reaches the wire.
final class ChannelEpoch: Sendable {
    let connection: AMQPConnection
    let channel: ChannelKey
    /// Never used twice on a connection.
    let serial: UInt64
    /// Resolved, with the reason, when this life ends.
    let end = Waiter<Never>()

    init(connection: AMQPConnection, channel: ChannelKey, serial: UInt64) {
        self.connection = connection
        self.channel = channel
        self.serial = serial
    }
}
