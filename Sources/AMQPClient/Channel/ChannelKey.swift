/// Names a channel of a connection, over all its lives on the wire: numbers are used again, ids are not.
struct ChannelKey: Hashable, Sendable {
    var number: UInt16
    var id: UInt64

    /// Channel 0 carries the connection's own methods and is open as long as the connection is.
    static let connection = ChannelKey(number: 0, id: 0)
}
