/// The better of two nodes taken at random: the one with the smaller `(outstanding + 1) / weight`, or the first if they
/// are equal.
///
/// Constant time, and far better than one at random: the fraction of nodes with `i` or more tasks falls from `load^i` to
/// `load^(2^i - 1)` (Mitzenmacher; Vvedenskaya, Dobrushin and Karpelevich). Many clients that do not know of each other
/// do not all run to the same node, as they do with ``LeastOutstanding``.
///
/// The two differ, as in Finagle and tower; gRPC, and the theory, let them be the same one.
public struct PowerOfTwoChoices: Strategy {
    @usableFromInline var nodes = NodeTable()
    @usableFromInline let choices: Int
    @usableFromInline let withReplacement: Bool
    /// Kept for its memory.
    @usableFromInline var sample: [Int] = []

    /// - Parameters:
    ///   - choices: How many nodes to compare: 2 by default, from 1 to 64.
    ///   - withReplacement: Whether the same node may be drawn twice.
    @inlinable
    public init(choices: Int = 2, withReplacement: Bool = false) {
        self.choices = min(max(1, choices), 64)
        self.withReplacement = withReplacement
    }

    @inlinable
    public mutating func setWeight(_ weight: Double, of node: NodeID) {
        _ = nodes.setWeight(weight, of: node)
    }

    @inlinable
    public mutating func pick(key: UInt64?, at now: Instant, using generator: inout Generator) -> NodeID? {
        if choices == 2, !withReplacement {
            return nodes.lighterOfTwo(using: &generator)
        }
        drawSample(using: &generator)
        var best = sample.first.map { nodes.eligible[$0] }
        for place in sample.dropFirst() {
            let node = nodes.eligible[place]
            if let chosen = best, nodes[node].cost < nodes[chosen].cost { best = node }
        }
        return best
    }

    /// Leaves as many places as there are choices in ``sample``: without replacement by Floyd's method, which needs one
    /// draw for each, in an order that is random as well, since the first of equals wins.
    @inlinable
    mutating func drawSample(using generator: inout Generator) {
        sample.removeAll(keepingCapacity: true)
        let count = nodes.eligible.count
        guard count > 0 else { return }
        if withReplacement {
            for _ in 0..<choices { sample.append(generator.below(count)) }
        } else {
            for highest in max(0, count - choices)..<count {
                let drawn = generator.below(highest + 1)
                if let place = sample.firstIndex(of: drawn) {
                    sample.insert(highest, at: place + 1)
                } else {
                    sample.insert(drawn, at: 0)
                }
            }
        }
    }

    @inlinable
    public mutating func started(on node: NodeID, at now: Instant) {
        nodes.started(on: node)
    }

    @inlinable
    public mutating func finished(on node: NodeID, after latency: Double, _ outcome: Outcome, at now: Instant) {
        nodes.finished(on: node)
    }
}
