extension Balancer {
    /// Lets time pass for every node, and tells the strategy the weights that follow.
    ///
    /// O(n), and only when a node's health, or the time for it, has changed.
    @usableFromInline
    mutating func refresh(at now: Instant) {
        refreshed = max(refreshed, now)
        for index in members.indices { _ = members[index].health.advance(to: refreshed) }
        judge()
        nextChange = Instant(seconds: .infinity)
        probe = nil
        for index in members.indices {
            let node = NodeID(index)
            tell(node)
            if probe == nil, members[index].isCandidate, members[index].health.state == .awaitingProbe { probe = node }
            if let change = members[index].health.nextChange(after: refreshed) { nextChange = min(nextChange, change) }
        }
    }

    /// Tells the strategy a node's weight, if that has changed.
    mutating func tell(_ node: NodeID) {
        let weight = weight(of: node)
        guard members[node.index].effectiveWeight != weight else { return }
        members[node.index].effectiveWeight = weight
        strategy.setWeight(weight, of: node)
    }

    private func weight(of node: NodeID) -> Double {
        guard members[node.index].isCandidate else { return 0 }
        let share = isPanicking ? 1 : members[node.index].health.share(at: refreshed)
        return members[node.index].weight * share
    }

    private mutating func judge() {
        var candidates = 0
        var fit = 0
        for index in members.indices where members[index].isCandidate {
            candidates += 1
            if members[index].health.isFit { fit += 1 }
        }
        areAllFit = fit == candidates
        isPanicking = policy?.isPanic(available: fit, of: candidates) ?? false
    }
}
