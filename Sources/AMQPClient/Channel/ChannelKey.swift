/// One life of one channel number: numbers are used again, epochs are not.
///
/// What belongs to an earlier epoch (an ack that comes too late, a publish on a closed channel) never reaches the wire,
/// where it would hit whoever uses the number now.
struct ChannelKey: Hashable, Sendable {
    var number: UInt16
    var epoch: UInt64

    /// Channel 0 carries the connection's own methods and is open as long as the connection is.
    static let connection = ChannelKey(number: 0, epoch: 0)
}
