/// One after the other, then from the beginning.
public struct RoundRobin: Strategy {
    private var next: UInt

    /// - Parameter start: Where to begin, so that many clients do not all begin with the same node.
    public init(start: UInt = 0) {
        next = start
    }

    public mutating func pick(from nodes: [NodeID]) -> NodeID? {
        guard !nodes.isEmpty else { return nil }
        defer { next &+= 1 }
        return nodes[Int(next % UInt(nodes.count))]
    }
}
