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
}
