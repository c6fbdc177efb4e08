/// The nodes that may be chosen, the cheapest first: a heap with four children per parent, and the place of every node
/// in it, so that one node's change costs O(log n).
///
/// Of nodes that cost the same, the one that was taken longest ago comes first, which is round robin among them.
@usableFromInline
struct CostHeap: Sendable {
    @usableFromInline
    struct Entry: Sendable {
        @usableFromInline var cost: Double
        @usableFromInline var turn: UInt64
        @usableFromInline var node: Int

        @inlinable
        init(cost: Double, turn: UInt64, node: Int) {
            self.cost = cost
            self.turn = turn
            self.node = node
        }

        @inlinable
        static func < (left: Entry, right: Entry) -> Bool {
            if left.cost != right.cost { return left.cost < right.cost }
            return left.turn < right.turn
        }
    }

    @usableFromInline var entries: [Entry] = []
    /// By node: its place in ``entries``, or -1.
    @usableFromInline var places: [Int] = []
    @usableFromInline var lastTurn: UInt64 = 0

    @inlinable
    init() {}

    @inlinable var first: Entry? { entries.first }

    @inlinable
    func contains(_ node: NodeID) -> Bool {
        places.indices.contains(node.index) && places[node.index] >= 0
    }

    /// Puts a node behind all others of that cost.
    ///
    /// - Parameter node: One that a ``NodeTable`` has room for.
    @inlinable
    mutating func insert(_ node: NodeID, cost: Double) {
        guard !contains(node) else { return update(node, cost: cost) }
        if node.index >= places.count {
            places.append(contentsOf: repeatElement(-1, count: node.index + 1 - places.count))
        }
        lastTurn += 1
        entries.append(Entry(cost: cost, turn: lastTurn, node: node.index))
        places[node.index] = entries.count - 1
        rise(from: entries.count - 1)
    }

    @inlinable
    mutating func remove(_ node: NodeID) {
        guard contains(node) else { return }
        let place = places[node.index]
        places[node.index] = -1
        let last = entries.removeLast()
        guard place < entries.count else { return }
        put(last, at: place)
        settle(at: place)
    }

    /// Gives a node another cost, if it is here.
    @inlinable
    mutating func update(_ node: NodeID, cost: Double) {
        guard contains(node) else { return }
        let place = places[node.index]
        guard entries[place].cost != cost else { return }
        entries[place].cost = cost
        settle(at: place)
    }

    /// Gives a node another cost, and puts it behind all others of that cost.
    @inlinable
    mutating func take(_ node: NodeID, cost: Double) {
        guard contains(node) else { return }
        let place = places[node.index]
        lastTurn += 1
        entries[place].cost = cost
        entries[place].turn = lastTurn
        settle(at: place)
    }

    @inlinable
    mutating func settle(at place: Int) {
        if place > 0, entries[place] < entries[(place - 1) / 4] {
            rise(from: place)
        } else {
            sink(from: place)
        }
    }

    @inlinable
    mutating func rise(from start: Int) {
        let entry = entries[start]
        var place = start
        while place > 0 {
            let parent = (place - 1) / 4
            guard entry < entries[parent] else { break }
            put(entries[parent], at: place)
            place = parent
        }
        put(entry, at: place)
    }

    @inlinable
    mutating func sink(from start: Int) {
        let entry = entries[start]
        var place = start
        while let child = leastChild(of: place), entries[child] < entry {
            put(entries[child], at: place)
            place = child
        }
        put(entry, at: place)
    }

    @inlinable
    func leastChild(of place: Int) -> Int? {
        let first = 4 * place + 1
        guard first < entries.count else { return nil }
        var least = first
        var child = first + 1
        let end = min(first + 4, entries.count)
        while child < end {
            if entries[child] < entries[least] { least = child }
            child += 1
        }
        return least
    }

    @inlinable
    mutating func put(_ entry: Entry, at place: Int) {
        entries[place] = entry
        places[entry.node] = place
    }
}
