/// Chooses a node for the next piece of work, and learns from how it went.
///
/// Strategies are values without I/O, clock or randomness of their own: the live pool and the simulator run the same
/// code, and the same seed gives the same choices. Nothing is allocated per choice.
///
/// Which nodes may be chosen now is told by their weights, when that changes, and not with every choice.
public protocol Strategy: Sendable {
    /// How much of the work a node should get, in proportion to the others'; 0 is none.
    ///
    /// - Parameter weight: At least 0, and finite. Nodes that were never given one have 0.
    mutating func setWeight(_ weight: Double, of node: NodeID)

    /// - Parameters:
    ///   - key: What belongs together, for strategies that keep it on one node; `nil` if nothing does.
    ///   - now: Not before any other moment that this strategy was told.
    /// - Returns: A node with a weight above 0, or `nil` if there is none.
    mutating func pick(key: UInt64?, at now: Instant, using generator: inout Generator) -> NodeID?

    /// Work was given to that node: the one just picked, or another one.
    mutating func started(on node: NodeID, at now: Instant)

    /// Work that had started there ended.
    ///
    /// - Parameter latency: Seconds since it started.
    mutating func finished(on node: NodeID, after latency: Double, _ outcome: Outcome, at now: Instant)

    /// It has come back: what it did before says nothing any more, nor does what it does before that moment, while its
    /// weight still rises. What is outstanding there still is.
    mutating func forget(_ node: NodeID, until: Instant)
}

extension Strategy {
    /// For those that learn nothing.
    @inlinable
    public mutating func forget(_ node: NodeID, until: Instant) {}
}

/// How a piece of work ended, as far as it says something about the node.
public enum Outcome: Hashable, Sendable {
    case succeeded
    /// The node refused it, or did not answer in time.
    case failed
    /// It was given up for a reason that says nothing about the node.
    case abandoned
}
