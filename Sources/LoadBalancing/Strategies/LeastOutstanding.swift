/// The node with the least work out in proportion to its weight: the smallest `(outstanding + 1) / weight`; round robin
/// among equals, as HAProxy's `leastconn`.
///
/// With equal weights this is *join the shortest queue*, the best that can be done for identical nodes without knowing
/// how long the work takes. The weighing is Envoy's (`weight / (active requests + 1)`, its bias at 1), over all nodes
/// instead of a sample. O(log n) per change.
public struct LeastOutstanding: Strategy {
    @usableFromInline var nodes = NodeTable()
    @usableFromInline var heap = CostHeap()

    @inlinable
    public init() {}

    @inlinable
    public mutating func setWeight(_ weight: Double, of node: NodeID) {
        switch nodes.setWeight(weight, of: node) {
        case .none: break
        case .joined, .reweighted: heap.insert(node, cost: nodes[node].cost)
        case .left: heap.remove(node)
        }
    }

    @inlinable
    public mutating func pick(key: UInt64?, at now: Instant, using generator: inout Generator) -> NodeID? {
        heap.first.map { NodeID($0.node) }
    }

    @inlinable
    public mutating func started(on node: NodeID, at now: Instant) {
        nodes.started(on: node)
        heap.take(node, cost: nodes[node].cost)
    }

    @inlinable
    public mutating func finished(on node: NodeID, after latency: Double, _ outcome: Outcome, at now: Instant) {
        nodes.finished(on: node)
        heap.update(node, cost: nodes[node].cost)
    }
}
