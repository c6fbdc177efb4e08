/// Keeps what belongs together on one node, as long as that node has not got too much: consistent hashing with bounded
/// loads (Mirrokni, Thorup and Zadimoghaddam; HAProxy's `hash-balance-factor`).
///
/// Every node has ``points`` on a ring. A key belongs to the first node from its own place on, that has less work out
/// than `ceil((1 + slack) * work / nodes)`, the piece to place included; with weights, the node's part of the work. A
/// node that leaves gives its keys to the others and moves no other key; one that joins takes about 1/n of them. Nodes
/// are known by their numbers: clients that number them alike send a key to the same node.
///
/// Work without a key goes to the better of two nodes, as in ``PowerOfTwoChoices``.
public struct BoundedLoadHashing: Strategy {
    @usableFromInline
    struct Point: Sendable {
        @usableFromInline let place: UInt64
        @usableFromInline let node: NodeID

        @inlinable
        init(place: UInt64, node: NodeID) {
            self.place = place
            self.node = node
        }
    }

    /// Per node: its part of the ring is then even to about a tenth.
    @usableFromInline static let points = 128

    /// How much more than its part a node may have: 0.25 is 25 %.
    public let slack: Double
    @usableFromInline var nodes = NodeTable()
    @usableFromInline var totalWeight = 0.0
    /// In order of their places. A node that has left keeps its points, and is passed over.
    @usableFromInline var ring: [Point] = []
    @usableFromInline var isOnRing: [Bool] = []
    @usableFromInline var isStale = false

    /// - Parameter slack: HAProxy calls 0.25 to 1 reasonable.
    @inlinable
    public init(slack: Double = 0.25) {
        self.slack = min(max(0, slack), 1e6)
    }

    @inlinable
    public mutating func setWeight(_ weight: Double, of node: NodeID) {
        if case .none = nodes.setWeight(weight, of: node) { return }
        isStale = true
    }

    @inlinable
    public mutating func pick(key: UInt64?, at now: Instant, using generator: inout Generator) -> NodeID? {
        guard let key else { return nodes.lighterOfTwo(using: &generator) }
        if isStale { refresh() }
        guard !nodes.eligible.isEmpty else { return nil }
        let start = firstPoint(from: Self.scatter(key))
        for step in ring.indices {
            let index = start + step
            let node = ring[index < ring.count ? index : index - ring.count].node
            if hasRoom(node) { return node }
        }
        return nil
    }

    @inlinable
    public mutating func started(on node: NodeID, at now: Instant) {
        nodes.started(on: node)
    }

    @inlinable
    public mutating func finished(on node: NodeID, after latency: Double, _ outcome: Outcome, at now: Instant) {
        nodes.finished(on: node)
    }

    @inlinable
    func hasRoom(_ node: NodeID) -> Bool {
        let record = nodes[node]
        guard record.weight > 0 else { return false }
        let part = Double(nodes.outstanding + 1) * record.weight / totalWeight
        return Double(record.outstanding) < (part * (1 + slack)).rounded(.up)
    }

    /// The index of the first point at that place or behind it, or of the last one's successor.
    @inlinable
    func firstPoint(from place: UInt64) -> Int {
        var low = 0
        var high = ring.count
        while low < high {
            let middle = (low + high) / 2
            if ring[middle].place < place { low = middle + 1 } else { high = middle }
        }
        return low
    }

    @usableFromInline
    mutating func refresh() {
        isStale = false
        totalWeight = 0
        isOnRing.append(contentsOf: repeatElement(false, count: nodes.records.count - isOnRing.count))
        let before = ring.count
        for node in nodes.eligible {
            totalWeight += nodes[node].weight
            guard !isOnRing[node.index] else { continue }
            isOnRing[node.index] = true
            for number in 0..<Self.points {
                let place = Self.scatter(Self.scatter(UInt64(node.index)) &+ UInt64(number))
                ring.append(Point(place: place, node: node))
            }
        }
        if ring.count > before { ring.sort { ($0.place, $0.node.index) < ($1.place, $1.node.index) } }
    }

    @inlinable
    static func scatter(_ key: UInt64) -> UInt64 {
        var state = key
        return Generator.splitMix(&state)
    }
}
