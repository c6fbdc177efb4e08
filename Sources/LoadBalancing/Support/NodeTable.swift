/// What every strategy keeps about its nodes: who may be chosen, with which weight, and how much work is out.
///
/// A node that was never heard of has weight 0 and no work. Numbers below 0 or from ``limit`` on are no nodes.
@usableFromInline
struct NodeTable: Sendable {
    /// More nodes than this are a mistake of the caller's, and not worth the memory.
    @usableFromInline static let limit = 1 << 20

    @usableFromInline
    struct Record: Sendable {
        @usableFromInline var weight = 0.0
        @usableFromInline var outstanding = 0

        @inlinable
        init() {}

        /// What choosing this node would cost if all work were alike: less is better.
        @inlinable var cost: Double { Double(outstanding + 1) / weight }
    }

    /// How a node's part in the choice changed.
    @usableFromInline
    enum Change: Sendable {
        case none
        /// The node came in at this place of ``eligible``.
        case joined(Int)
        /// The node left this place of ``eligible``.
        case left(Int)
        case reweighted
    }

    @usableFromInline private(set) var records: [Record] = []
    /// The nodes with a weight above 0, in the order of their numbers.
    @usableFromInline private(set) var eligible: [NodeID] = []
    /// The work that is out on all nodes.
    @usableFromInline private(set) var outstanding = 0

    @inlinable
    init() {}

    @inlinable
    subscript(node: NodeID) -> Record {
        records.indices.contains(node.index) ? records[node.index] : Record()
    }

    @inlinable
    mutating func setWeight(_ weight: Double, of node: NodeID) -> Change {
        let weight = Self.sane(weight)
        let old = self[node].weight
        guard weight != old, grow(to: node) else { return .none }
        records[node.index].weight = weight
        if old > 0, weight > 0 { return .reweighted }
        let place = place(of: node)
        if weight > 0 {
            eligible.insert(node, at: place)
            return .joined(place)
        }
        eligible.remove(at: place)
        return .left(place)
    }

    @inlinable
    mutating func started(on node: NodeID) {
        guard grow(to: node) else { return }
        records[node.index].outstanding += 1
        outstanding += 1
    }

    /// - Returns: Whether the node had work out at all.
    @discardableResult
    @inlinable
    mutating func finished(on node: NodeID) -> Bool {
        guard records.indices.contains(node.index), records[node.index].outstanding > 0 else { return false }
        records[node.index].outstanding -= 1
        outstanding -= 1
        return true
    }

    /// Makes room for a node.
    ///
    /// - Returns: Whether it is one.
    @inlinable
    mutating func grow(to node: NodeID) -> Bool {
        if records.indices.contains(node.index) { return true }
        guard node.index >= 0, node.index < Self.limit else { return false }
        records.append(contentsOf: repeatElement(Record(), count: node.index + 1 - records.count))
        return true
    }

    /// Where in ``eligible`` a node is, or would be.
    @inlinable
    func place(of node: NodeID) -> Int {
        var low = 0
        var high = eligible.count
        while low < high {
            let middle = (low + high) / 2
            if eligible[middle].index < node.index { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Weights that sums and quotients can be made of: not a number, or not above 0, is 0, and the rest is cut to a
    /// range of 18 decades.
    @inlinable
    static func sane(_ weight: Double) -> Double {
        weight > 0 ? min(max(weight, 1e-9), 1e9) : 0
    }
}
