/// How a node is doing, to be shown.
public struct NodeStatus: Hashable, Sendable {
    public enum Condition: Hashable, Sendable {
        case available
        /// Slow start.
        case recovering
        case ejected(until: Instant)
        case probing
        case disconnected
        case draining
        case blocked
        /// It was removed, or given no weight.
        case removed
    }

    public let node: NodeID
    public let condition: Condition
    /// The weight it counts with now: as asked for, times its part in slow start, or 0.
    public let weight: Double
    /// Its part, from 0 to 1, of the weights of all.
    public let share: Double
    public let outstanding: Int
    /// Work that it was given since the beginning.
    public let started: Int
    /// Seconds, smoothed; `nil` before the first answer.
    public let latency: Double?
    /// How often in a row it was taken out.
    public let ejections: Int
}

extension Balancer {
    /// - Returns: `nil` if there is no such node.
    public func status(of node: NodeID) -> NodeStatus? {
        guard members.indices.contains(node.index) else { return nil }
        return status(of: node, total: totalWeight)
    }

    /// One for each node, in the order of their numbers.
    public var statuses: [NodeStatus] {
        let total = totalWeight
        return members.indices.map { status(of: NodeID($0), total: total) }
    }

    private var totalWeight: Double { members.reduce(0) { $0 + $1.effectiveWeight } }

    private func status(of node: NodeID, total: Double) -> NodeStatus {
        let member = members[node.index]
        return NodeStatus(
            node: node,
            condition: member.condition,
            weight: member.effectiveWeight,
            share: total > 0 ? member.effectiveWeight / total : 0,
            outstanding: member.outstanding,
            started: member.startedCount,
            latency: member.latency,
            ejections: member.health.ejections
        )
    }
}

extension Member {
    fileprivate var condition: NodeStatus.Condition {
        if weight == 0 { return .removed }
        if health.isDraining { return .draining }
        if !health.isConnected { return .disconnected }
        if health.isBlocked { return .blocked }
        switch health.state {
        case .available: return .available
        case .recovering: return .recovering
        case .ejected(let until): return .ejected(until: until)
        case .awaitingProbe, .probing: return .probing
        }
    }
}
