/// One of the nodes that work is shared over: its place in the caller's list.
public struct NodeID: Hashable, Sendable {
    public var index: Int

    @inlinable
    public init(_ index: Int) {
        self.index = index
    }
}
