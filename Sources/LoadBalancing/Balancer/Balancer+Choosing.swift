extension Balancer {
    /// Chooses as ``pick(key:at:)``, but none of those nodes: for work that they have refused.
    ///
    /// - Parameter excluded: A few; unknown ones and repetitions do no harm.
    public mutating func pick(key: UInt64?, excluding excluded: some Collection<NodeID>, at now: Instant) -> NodeID? {
        if now >= nextChange { refresh(at: now) }
        if let probe, !excluded.contains(probe) { return probe }
        for node in excluded { strategy.setWeight(0, of: node) }
        defer {
            for node in excluded where members.indices.contains(node.index) {
                strategy.setWeight(members[node.index].effectiveWeight, of: node)
            }
        }
        return strategy.pick(key: key, at: now, using: &generator)
    }

    /// Chooses that node, as often as its slow start allows, if it takes work; otherwise as ``pick(key:at:)``. Also a node
    /// that is due for its probe comes first.
    ///
    /// For work that is nearest to its goal there.
    public mutating func pick(key: UInt64?, preferring node: NodeID, at now: Instant) -> NodeID? {
        if now >= nextChange { refresh(at: now) }
        guard probe == nil, members.indices.contains(node.index) else { return pick(key: key, at: now) }
        let member = members[node.index]
        let isTaken = member.effectiveWeight > 0 && generator.unit() * member.weight < member.effectiveWeight
        return isTaken ? node : pick(key: key, at: now)
    }
}
