internal import LoadBalancing

/// Pull: tasks wait in one queue, and a node has as many of them as its credit (prefetch) allows.
///
/// As RabbitMQ does: nodes with credit left take turns; one that used its credit up comes back to the end of the line
/// when it has finished something. The engine keeps the queue: tasks wait while nothing is picked.
struct SharedQueue: Dispatcher {
    private var credits: [Int]
    private var isAvailable: [Bool]
    private var isInLine: [Bool]
    /// A ring of the nodes with credit, each in it once at most.
    private var line: [Int]
    private var first = 0
    private var count = 0

    /// - Parameter credits: Tasks that each node may have at a time.
    init(credits: [Int]) {
        self.credits = credits
        isAvailable = Array(repeating: true, count: credits.count)
        isInLine = Array(repeating: true, count: credits.count)
        line = Array(credits.indices)
        count = credits.count
    }

    /// A node that is gone takes nothing. One that blocks publishers still consumes.
    mutating func nodeChanged(_ node: NodeID, from old: NodeCondition, to new: NodeCondition, at now: Instant) {
        isAvailable[node.index] = !new.isDown
        enqueue(node.index)
    }

    /// Nodes take what they can do, whatever they weigh.
    mutating func setWeight(_ weight: Double, of node: NodeID) {}

    mutating func pick(key: UInt64?, at now: Instant, using generator: inout Generator) -> NodeID? {
        while count > 0 {
            let node = line[first]
            if isReady(node) { return NodeID(node) }
            dequeue()
        }
        return nil
    }

    mutating func started(on node: NodeID, at now: Instant) {
        guard credits.indices.contains(node.index) else { return }
        credits[node.index] &-= 1
        if count > 0, line[first] == node.index {
            dequeue()
            enqueue(node.index)
        }
    }

    mutating func finished(on node: NodeID, after latency: Double, _ outcome: Outcome, at now: Instant) {
        guard credits.indices.contains(node.index) else { return }
        credits[node.index] &+= 1
        enqueue(node.index)
    }

    private func isReady(_ node: Int) -> Bool { credits[node] > 0 && isAvailable[node] }

    private mutating func enqueue(_ node: Int) {
        guard isReady(node), !isInLine[node] else { return }
        var end = first &+ count
        if end >= line.count { end &-= line.count }
        line[end] = node
        isInLine[node] = true
        count &+= 1
    }

    private mutating func dequeue() {
        isInLine[line[first]] = false
        first &+= 1
        if first == line.count { first = 0 }
        count &-= 1
    }
}
