internal import AMQPClient
internal import LoadBalancing
internal import NIOConcurrencyHelpers
internal import NIOCore

/// What is known of all nodes, and who waits for one of them: the balancer, from any thread, under one lock.
final class NodeBoard: Sendable {
    struct State {
        var balancer: Balancer<AnyStrategy>
        /// From the management API; `nil` if nobody asks it.
        var reports: Reports?
        fileprivate var debts: [NodeID: Debt] = [:]
        fileprivate var waiting = WaitingLine()
    }

    /// The answers that a node owes.
    fileprivate struct Debt {
        var outstanding = 0
        /// The last answer, or the beginning of the first piece of work since there was none outstanding.
        var since: Instant
    }

    /// Whether a node gets less while more waits there than elsewhere.
    let levelsDepth: Bool
    private let state: NIOLockedValueBox<State>
    private let eventLoop: any EventLoop

    /// - Parameter nodes: How many there are at the beginning.
    init(_ balancing: Balancing, nodes: Int, eventLoop: any EventLoop) {
        let balancer = balancing.balancer(nodes: nodes)
        var state = State(balancer: balancer)
        if balancing.management != nil {
            var reports = Reports()
            for index in 0..<nodes { reports.weights[NodeID(index)] = balancing.weight(index) }
            state.reports = reports
        }
        self.state = NIOLockedValueBox(state)
        levelsDepth = balancing.management?.levelsDepth == true
        self.eventLoop = eventLoop
    }

    // MARK: Work

    /// Chooses a node and counts the work that is to begin there, in one step.
    func take(_ request: NodeRequest) -> NodeID? {
        state.withLockedValue { Self.take(&$0, request) }
    }

    private static func take(_ state: inout State, _ request: NodeRequest) -> NodeID? {
        let now = Instant.now
        guard let node = pick(&state, request, now) else { return nil }
        state.balancer.started(on: node, at: now)
        state.debts[node, default: Debt(since: now)].begin(at: now)
        return node
    }

    private static func pick(_ state: inout State, _ request: NodeRequest, _ now: Instant) -> NodeID? {
        guard request.avoiding.isEmpty, request.excluding.isEmpty else {
            return state.balancer.pick(key: request.key, excluding: request.avoiding + request.excluding, at: now)
                ?? state.balancer.pick(key: request.key, excluding: request.excluding, at: now)
        }
        if request.key == nil, let queue = request.queue, let leader = state.reports?.leader(of: queue) {
            return state.balancer.pick(key: request.key, preferring: leader, at: now)
        }
        return state.balancer.pick(key: request.key, at: now)
    }

    /// As ``take(_:)``, but waits until there is a node.
    ///
    /// - Returns: `nil` if there was none by the deadline.
    func next(_ request: NodeRequest, by deadline: Instant) async throws(AMQPError) -> NodeID? {
        while true {
            let (node, waiter, change) = state.withLockedValue { state -> (NodeID?, Waiter<Void>?, Instant) in
                if let node = Self.take(&state, request) { return (node, nil, deadline) }
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
        change { state in
            let now = Instant.now
            state.balancer.finished(on: node, after: now - start, outcome, at: now)
            state.debts[node]?.end(at: now, isAnswer: outcome != .abandoned)
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
        state.withLockedValue { state in
            let node = state.balancer.add(weight: weight, connected: false, at: .now)
            state.reports?.weights[node] = weight
            return node
        }
    }

    func remove(_ node: NodeID) {
        change { state in
            state.reports?.weights[node] = nil
            state.balancer.remove(node)
        }
    }

    func connected(_ node: NodeID) {
        change { state in
            state.balancer.undrain(node, at: .now)
            // A new connection is told of an alarm only once it has published something.
            if state.reports?.byNode[node]?.hasAlarm == true {
                state.reports?.suspects.insert(node)
                state.balancer.block(node, at: .now)
            } else {
                state.balancer.unblock(node, at: .now)
            }
            state.balancer.connected(node, at: .now)
        }
    }

    /// - Parameter isMaintenance: Whether the node said that it would go: then it has not failed.
    func lost(_ node: NodeID, isMaintenance: Bool) {
        change { state in
            if isMaintenance { state.balancer.drain(node, at: .now) }
            state.balancer.connectionLost(node, at: .now)
        }
    }

    func blocked(_ node: NodeID) { change { $0.balancer.block(node, at: .now) } }

    func unblocked(_ node: NodeID) {
        change { state in
            state.reports?.suspects.remove(node)
            state.balancer.unblock(node, at: .now)
        }
    }

    var statuses: [(status: NodeStatus, depth: Int?)] {
        state.withLockedValue { state in
            state.balancer.statuses.map { ($0, state.reports?.byNode[$0.node]?.depth) }
        }
    }

    func withReports<Result>(_ body: (Reports?) -> Result) -> Result { state.withLockedValue { body($0.reports) } }

    /// Changes something that those who wait for a node may have waited for.
    func change(_ body: (inout State) -> Void) {
        let waiting = state.withLockedValue { state in
            body(&state)
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
