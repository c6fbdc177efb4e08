/// What the caller tells about nodes, apart from their work.
extension Balancer {
    /// Another node, which starts slowly.
    ///
    /// - Returns: Its number, the next one that was never used. A node that was removed comes back by
    ///   ``setWeight(_:of:)``, under its old number.
    public mutating func add(weight: Double = 1, connected: Bool = true, at now: Instant) -> NodeID {
        var member = Member(weight: weight, policy: policy, connected: connected)
        member.health.recover(at: now)
        members.append(member)
        refresh(at: now)
        return NodeID(members.count - 1)
    }

    /// A node that gets nothing more. What is out there may still be ``finished(on:after:_:at:)``.
    public mutating func remove(_ node: NodeID) {
        setWeight(0, of: node)
    }

    /// Nodes up to that number come into being, with weight 0.
    public mutating func setWeight(_ weight: Double, of node: NodeID) {
        guard node.index >= 0, node.index < NodeTable.limit else { return }
        while members.count <= node.index {
            members.append(Member(weight: 0, policy: policy, connected: true))
        }
        members[node.index].weight = NodeTable.sane(weight)
        // Whether there is panic depends on all nodes only if some are unfit.
        if areAllFit { tell(node) } else { refresh(at: refreshed) }
    }

    /// It is there, for the first time or again.
    public mutating func connected(_ node: NodeID, at now: Instant) {
        change(node, at: now) { $0.connected(at: now) }
    }

    /// It is gone, with all that was out there; each piece of that is still to be ``finished(on:after:_:at:)``.
    public mutating func connectionLost(_ node: NodeID, at now: Instant) {
        change(node, at: now) { $0.connectionLost(at: now) }
    }

    /// For maintenance: nothing new goes there, and what it loses is no failure.
    public mutating func drain(_ node: NodeID, at now: Instant) {
        change(node, at: now) { $0.setDraining(true) }
    }

    public mutating func undrain(_ node: NodeID, at now: Instant) {
        change(node, at: now) { $0.setDraining(false) }
    }

    /// It said that it wants nothing new (`connection.blocked`).
    public mutating func block(_ node: NodeID, at now: Instant) {
        change(node, at: now) { $0.setBlocked(true) }
    }

    public mutating func unblock(_ node: NodeID, at now: Instant) {
        change(node, at: now) { $0.setBlocked(false) }
    }

    private mutating func change(_ node: NodeID, at now: Instant, _ body: (inout NodeHealth) -> Bool) {
        guard members.indices.contains(node.index) else { return }
        if body(&members[node.index].health) { judged(node, at: now) }
    }
}
