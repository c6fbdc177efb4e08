internal import AMQPClient
internal import LoadBalancing
internal import NIOConcurrencyHelpers
internal import NIOCore

/// What is known of all nodes, and who waits for one of them: the balancer, from any thread, under one lock.
final class NodeBoard: Sendable {
    private struct State {
        var balancer: Balancer<AnyStrategy>
        var debts: [NodeID: Debt] = [:]
        var waiting = WaitingLine()
    }

    /// The answers that a node owes.
    fileprivate struct Debt {
        var outstanding = 0
        /// The last answer, or the beginning of the first piece of work since there was none outstanding.
        var since: Instant
    }

    private let state: NIOLockedValueBox<State>
    private let eventLoop: any EventLoop

    init(_ balancer: Balancer<AnyStrategy>, eventLoop: any EventLoop) {
        state = NIOLockedValueBox(State(balancer: balancer))
        self.eventLoop = eventLoop
    }

    // MARK: Work

    /// Chooses a node and counts the work that is to begin there, in one step.
    ///
    /// - Parameters:
    ///   - avoiding: Nodes that are taken only if there is no other.
    ///   - excluding: Nodes that are not taken.
    func take(key: UInt64?, avoiding: [NodeID] = [], excluding: [NodeID] = []) -> NodeID? {
        state.withLockedValue { Self.take(&$0, key, avoiding, excluding) }
    }

    private static func take(
        _ state: inout State,
        _ key: UInt64?,
        _ avoiding: [NodeID],
        _ excluding: [NodeID]
    ) -> NodeID? {
        let now = Instant.now
        let node =
            if avoiding.isEmpty, excluding.isEmpty {
                state.balancer.pick(key: key, at: now)
            } else {
                state.balancer.pick(key: key, excluding: avoiding + excluding, at: now)
                    ?? state.balancer.pick(key: key, excluding: excluding, at: now)
            }
        guard let node else { return nil }
        state.balancer.started(on: node, at: now)
        state.debts[node, default: Debt(since: now)].begin(at: now)
        return node
    }

    /// As ``take(key:avoiding:excluding:)``, but waits until there is a node.
    ///
    /// - Returns: `nil` if there was none by the deadline.
    func next(
        key: UInt64?,
        avoiding: [NodeID] = [],
        excluding: [NodeID] = [],
        by deadline: Instant
    ) async throws(AMQPError) -> NodeID? {
        while true {
            let (node, waiter, change) = state.withLockedValue { state -> (NodeID?, Waiter<Void>?, Instant) in
                if let node = Self.take(&state, key, avoiding, excluding) { return (node, nil, deadline) }
                return (nil, state.waiting.join(deadline: .distantFuture), state.balancer.nextChange)
            }
            if let node { return node }
            guard let waiter else { return nil }
            let wait = min(deadline, change) - .now
            let timer = eventLoop.scheduleTask(in: .seconds(atMost: wait)) { _ = waiter.resolve(.success(())) }
            defer { timer.cancel() }
            try await waiter.value()
            if Instant.now >= deadline { return nil }
        }
    }

    func finished(_ node: NodeID, startedAt start: Instant, _ outcome: Outcome) {
        change { balancer, debts in
            let now = Instant.now
            balancer.finished(on: node, after: now - start, outcome, at: now)
            debts[node]?.end(at: now, isAnswer: outcome != .abandoned)
        }
    }

    struct Debtor {
        var node: NodeID
        /// It said that it takes nothing, so its silence is no sign of its death.
        var isBlocked: Bool
    }

    /// Nodes that have owed answers for so many seconds and given none.
    func debtors(for patience: Double) -> [Debtor] {
        let now = Instant.now
        return state.withLockedValue { state in
            state.debts.filter { $1.outstanding > 0 && now - $1.since > patience }.keys.map { node in
                Debtor(node: node, isBlocked: state.balancer.status(of: node)?.condition == .blocked)
            }
        }
    }

    // MARK: Nodes

    func add(weight: Double) -> NodeID {
        state.withLockedValue { $0.balancer.add(weight: weight, connected: false, at: .now) }
    }

    func remove(_ node: NodeID) { change { balancer, _ in balancer.remove(node) } }

    func connected(_ node: NodeID) {
        change { balancer, _ in
            balancer.undrain(node, at: .now)
            balancer.unblock(node, at: .now)
            balancer.connected(node, at: .now)
        }
    }

    /// - Parameter isMaintenance: Whether the node said that it would go: then it has not failed.
    func lost(_ node: NodeID, isMaintenance: Bool) {
        change { balancer, _ in
            if isMaintenance { balancer.drain(node, at: .now) }
            balancer.connectionLost(node, at: .now)
        }
    }

    func blocked(_ node: NodeID) { change { balancer, _ in balancer.block(node, at: .now) } }

    func unblocked(_ node: NodeID) { change { balancer, _ in balancer.unblock(node, at: .now) } }

    func setWeight(_ weight: Double, of node: NodeID) {
        change { balancer, _ in balancer.setWeight(weight, of: node) }
    }

    var statuses: [NodeStatus] { state.withLockedValue { $0.balancer.statuses } }

    private func change(_ body: (inout Balancer<AnyStrategy>, inout [NodeID: Debt]) -> Void) {
        let waiting = state.withLockedValue { state in
            body(&state.balancer, &state.debts)
            return state.waiting.leaveAll()
        }
        for waiter in waiting { waiter.resolve(.success(())) }
    }
}

extension NodeBoard.Debt {
    fileprivate mutating func begin(at now: Instant) {
        if outstanding == 0 { since = now }
        outstanding += 1
    }

    fileprivate mutating func end(at now: Instant, isAnswer: Bool) {
        outstanding -= 1
        if isAnswer { since = now }
    }
}

extension Instant {
    /// On the clock that NIO's deadlines are on.
    static var now: Instant { Instant(seconds: Double(NIODeadline.now().uptimeNanoseconds) * 1e-9) }
}

extension TimeAmount {
    /// - Parameter seconds: Anything; more than a day is a day, less than nothing is nothing.
    static func seconds(atMost seconds: Double) -> TimeAmount {
        .nanoseconds(seconds > 0 ? Int64(min(seconds, 86_400) * 1e9) : 0)
    }
}
