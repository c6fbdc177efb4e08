/// Something that is wrong with a node for a while.
public struct Fault: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// What begins on the node meanwhile takes so many times as long.
        case slow(Double)
        /// The node is gone, with all that it held: the client is told at once, as its connection breaks.
        case down
        /// The node stands still and says nothing (SIGSTOP); afterwards it goes on where it was.
        case paused
        /// The node says that it wants nothing new (`connection.blocked`), and goes on with what it has.
        case blocked
    }

    /// From 0.
    public var node: Int
    public var kind: Kind
    public var from: Double
    /// Infinite if it stays.
    public var until: Double

    public init(node: Int, _ kind: Kind, from: Double, until: Double) {
        self.node = node
        self.kind = kind
        self.from = from
        self.until = until
    }

    func isActive(at time: Double) -> Bool { from <= time && time < until }
}
