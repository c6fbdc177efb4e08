public import AMQPClient
internal import LoadBalancing
internal import Logging
internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOPosix

/// Publishes to several nodes as if they were one, with an honest outcome.
///
/// Each message goes to the node that the strategy chooses by what is known at that moment: outstanding confirms, how
/// fast they come, `connection.blocked`, lost connections. If that node refuses the message it goes to another one; if
/// its fate is unknown, because the node was lost before it answered, it goes to another one with the same message id,
/// unless ``UnansweredPublish/isUnknown`` was asked for.
///
/// Made by ``BrokerPool/makePublisher(name:window:unanswered:prepare:)``.
public final class PoolPublisher: Sendable {
    /// What a node needs before something is published there: declarations, for example. Called on every new connection.
    public typealias Preparation = @Sendable (AMQPConnection) async throws(AMQPError) -> Void

    private struct State {
        var nodes: [NodeID: PublishingNode] = [:]
        var open = 0
        var openBytes = 0
        var tally = PublishTally()
        var waitingForRoom = WaitingLine()
        var drains: [Waiter<Void>] = []
        var housekeeping: RepeatedTask?
        var isClosed = false
    }

    let board: NodeBoard
    private let window: Int
    private let unanswered: UnansweredPublish
    private let patience: Double
    private let timeout: Double
    private let maximumBytes: Int
    private let makeNode: @Sendable (NodeID, BrokerAddress, NodeBoard) -> PublishingNode
    private let messageIDs = MessageIDs()
    private let state = NIOLockedValueBox(State())
    private let numbers = NIOLockedValueBox(UInt64(0))
    private let eventLoop: any EventLoop

    init(
        _ balancing: Balancing,
        addresses: [BrokerAddress],
        window: Int,
        unanswered: UnansweredPublish,
        connection: AMQPConnection.Options,
        logger: Logger,
        prepare: @escaping Preparation
    ) {
        eventLoop = MultiThreadedEventLoopGroup.singleton.any()
        board = NodeBoard(balancing.balancer(nodes: addresses.count), eventLoop: eventLoop)
        self.window = window
        self.unanswered = unanswered
        patience = balancing.patience / .seconds(1)
        timeout = connection.publishTimeout / .seconds(1)
        maximumBytes = connection.maximumRetainedBytes
        makeNode = { id, address, board in
            PublishingNode(
                id: id, address: address, options: connection, window: window, prepare: prepare, board: board,
                logger: logger)
        }
        for (index, address) in addresses.enumerated() {
            let id = NodeID(index)
            state.withLockedValue { $0.nodes[id] = makeNode(id, address, board) }
        }
    }

    // MARK: Publishing

    /// Publishes, and waits for the outcome.
    ///
    /// - Parameters:
    ///   - properties: Persistent by default. A message without a message id is given one.
    ///   - key: What belongs together, for strategies that keep it on one node.
    /// - Returns: The outcome: ``PublishOutcome/nacked`` if every node that is there refused the message.
    /// - Throws: ``AMQPError`` if the message was not sent at all; with code `connectionLost` if there was no node by
    ///   ``AMQPConnection/Options/publishTimeout``.
    public func publish(
        _ body: MessageBody,
        exchange: String = "",
        routingKey: String,
        properties: BasicProperties = .persistent,
        mandatory: Bool = true,
        key: String? = nil
    ) async throws(AMQPError) -> PublishOutcome {
        try await publishDeferred(
            body, exchange: exchange, routingKey: routingKey, properties: properties, mandatory: mandatory, key: key
        ).outcome
    }

    /// Publishes; the outcome follows. Waits only while there is no node, or ``window`` messages are open.
    ///
    /// - Throws: As ``publish(_:exchange:routingKey:properties:mandatory:key:)``.
    @discardableResult
    public func publishDeferred(
        _ body: MessageBody,
        exchange: String = "",
        routingKey: String,
        properties: BasicProperties = .persistent,
        mandatory: Bool = true,
        key: String? = nil
    ) async throws(AMQPError) -> PoolConfirmation {
        var properties = properties
        if properties.messageID == nil { properties.messageID = messageIDs.id(nextNumber()) }
        let publish = PooledPublish(
            body: body, exchange: exchange, routingKey: routingKey, properties: properties, mandatory: mandatory,
            key: key.map(NodeKey.hash), deadline: .now + timeout)
        try await enter(publish)
        do throws(AMQPError) {
            try await send(publish)
        } catch {
            leave(publish)
            throw error
        }
        return PoolConfirmation(outcomeOf: publish)
    }

    private func nextNumber() -> UInt64 {
        numbers.withLockedValue { number in
            number &+= 1
            return number
        }
    }

    /// Sends it to a node, or ends it as refused.
    ///
    /// - Parameter last: What became of it before.
    private func send(_ publish: PooledPublish, after last: PublishOutcome? = nil) async throws(AMQPError) {
        var lastError: AMQPError?
        while true {
            let refused = publish.refused
            let node =
                if refused.isEmpty {
                    try await board.next(key: publish.key, avoiding: publish.failed, by: publish.deadline)
                } else {
                    board.take(key: publish.key, avoiding: publish.failed, excluding: refused)
                }
            guard let node else {
                if let last { return conclude(publish, last) }
                throw noNode(lastError)
            }
            let start = Instant.now
            guard let publisher = state.withLockedValue({ $0.nodes[node] })?.publisher else {
                // Lost at this moment, and the board is about to hear of it.
                board.finished(node, startedAt: start, .abandoned)
                await Task.yield()
                continue
            }
            do throws(AMQPError) {
                try await publisher.publishDeferred(
                    publish.body, exchange: publish.exchange, routingKey: publish.routingKey,
                    properties: publish.properties, mandatory: publish.mandatory,
                    onOutcome: { self.answered(publish, node, start, $0) })
                return
            } catch {
                let mayGoElsewhere = publish.mayGoElsewhere(after: error, on: node)
                board.finished(node, startedAt: start, .abandoned)
                guard mayGoElsewhere, Instant.now < publish.deadline else { throw error }
                lastError = error
            }
        }
    }

    /// On the event loop of that node's connection.
    private func answered(_ publish: PooledPublish, _ node: NodeID, _ start: Instant, _ outcome: PublishOutcome) {
        board.finished(node, startedAt: start, outcome.feedback)
        if case .unknown(let error) = outcome, error.code == .channelClosed {
            state.withLockedValue { $0.nodes[node] }?.drop()
        }
        let step = publish.step(after: outcome, on: node, replays: unanswered == .isReplayed, now: .now)
        switch step {
        case .done(let outcome): conclude(publish, outcome)
        case .again:
            Task {
                do throws(AMQPError) {
                    try await send(publish, after: outcome)
                } catch {
                    conclude(publish, outcome)
                }
            }
        }
    }

    private func noNode(_ last: AMQPError?) -> AMQPError {
        let reasons = state.withLockedValue { $0.nodes.values.sorted { $0.id.index < $1.id.index } }
            .compactMap { node in node.lastError.map { "\(node.address): \($0.message)" } }
        let why =
            reasons.isEmpty ? last?.message ?? "all are blocked, draining or ejected" : reasons.joined(separator: "; ")
        return AMQPError(
            .connectionLost, "no node takes messages: \(why)",
            remedy: last?.remedy ?? "Are the brokers running? warren doctor says what is wrong with each")
    }

    // MARK: Room

    /// Waits until there is room for one more.
    private func enter(_ publish: PooledPublish) async throws(AMQPError) {
        var isNewcomer = true
        while true {
            let admission: Result<Waiter<Void>?, AMQPError> = state.withLockedValue { state in
                if state.isClosed { return .failure(.poolClosed) }
                let hasRoom =
                    state.open < window && (state.openBytes == 0 || publish.size <= maximumBytes - state.openBytes)
                // Who comes later does not overtake those who wait.
                guard hasRoom, !isNewcomer || state.waitingForRoom.isEmpty else {
                    return .success(state.waitingForRoom.join(deadline: .now() + .seconds(atMost: timeout)))
                }
                state.open += 1
                state.openBytes += publish.size
                return .success(nil)
            }
            guard let waiter = try admission.get() else { return }
            isNewcomer = false
            try await waiter.value()
        }
    }

    private func conclude(_ publish: PooledPublish, _ outcome: PublishOutcome) {
        // Counted first: whoever has the outcome finds it in the tally.
        leave(publish, outcome)
        publish.outcome.resolve(.success(outcome))
    }

    private func leave(_ publish: PooledPublish, _ outcome: PublishOutcome? = nil) {
        let waiting = state.withLockedValue { state -> [Waiter<Void>] in
            if let outcome { state.tally.count(outcome) }
            state.open -= 1
            state.openBytes -= publish.size
            var waiting: [Waiter<Void>] = []
            if state.open == 0 {
                waiting = state.drains
                state.drains = []
            }
            // One wake-up per message would be a thread hop per message.
            if state.open <= window / 2 { waiting += state.waitingForRoom.leave(upTo: window - state.open) }
            return waiting
        }
        for waiter in waiting { waiter.resolve(.success(())) }
    }

    // MARK: The end

    /// Waits until every publish so far has its outcome, which each has by its deadline.
    ///
    /// - Returns: The outcomes so far.
    @discardableResult
    public func drain() async throws(AMQPError) -> PublishTally {
        let waiter: Waiter<Void>? = state.withLockedValue { state in
            guard state.open > 0 else { return nil }
            let waiter = Waiter<Void>()
            state.drains.append(waiter)
            return waiter
        }
        if let waiter { try await waiter.value() }
        return tally
    }

    /// How many publishes ended how, so far.
    public var tally: PublishTally { state.withLockedValue { $0.tally } }

    /// Closes all connections; what is open is confirmed first.
    public func close() async {
        let (nodes, housekeeping) = state.withLockedValue { state in
            state.isClosed = true
            return (Array(state.nodes.values), state.housekeeping)
        }
        await withDiscardingTaskGroup { group in
            for node in nodes { group.addTask { await node.close() } }
        }
        housekeeping?.cancel()
        for waiter in state.withLockedValue({ $0.waitingForRoom.leaveAll() }) { waiter.resolve(.failure(.poolClosed)) }
    }

    // MARK: Nodes

    /// Connects to all nodes, and returns once every one was tried, or ``grace`` after the first was there.
    ///
    /// - Throws: Why they cannot be used, if none can.
    func start() async throws(AMQPError) {
        let nodes = state.withLockedValue { $0.nodes.values.sorted { $0.id.index < $1.id.index } }
        for node in nodes { node.start() }
        let housekeeping = eventLoop.scheduleRepeatedTask(
            initialDelay: Self.housekeepingInterval, delay: Self.housekeepingInterval
        ) { [weak self] task in
            if let self { keepHouse() } else { task.cancel() }
        }
        state.withLockedValue { $0.housekeeping = housekeeping }
        // Work that is begun at once is to be shared over all that are there.
        await withTaskGroup { group in
            for node in nodes {
                group.addTask {
                    _ = await node.isTried.sharedResult()
                    return false
                }
            }
            var untried = nodes.count
            var isWaiting = true
            while untried > 0, await group.next() == false {
                untried -= 1
                guard isWaiting, nodes.contains(where: { $0.publisher != nil }) else { continue }
                isWaiting = false
                group.addTask {
                    try? await Task.sleep(for: Self.grace)
                    return true
                }
            }
            group.cancelAll()
        }
        if Task.isCancelled || nodes.allSatisfy({ $0.publisher == nil }) {
            let errors = nodes.compactMap(\.lastError)
            await close()
            throw Task.isCancelled ? AMQPError(.cancelled, "connecting was cancelled") : .noneReachable(errors)
        }
    }

    private static let grace = Duration.milliseconds(500)

    private static let housekeepingInterval = TimeAmount.milliseconds(250)

    @discardableResult
    func add(_ address: BrokerAddress, weight: Double) -> PublishingNode {
        let id = board.add(weight: weight)
        let node = makeNode(id, address, board)
        state.withLockedValue { $0.nodes[id] = node }
        node.start()
        return node
    }

    /// Nothing more goes there; what is open is confirmed first.
    func remove(_ address: BrokerAddress) async {
        let nodes = state.withLockedValue { state in
            let gone = state.nodes.values.filter { $0.address == address }
            for node in gone { state.nodes[node.id] = nil }
            return gone
        }
        for node in nodes {
            board.remove(node.id)
            await node.close()
        }
    }

    /// Does something on every connection that is there now, side by side. For what new ones need, see ``Preparation``.
    ///
    /// - Throws: The first error, if it was done nowhere.
    public func onEachConnection(_ work: @escaping Preparation) async throws(AMQPError) {
        let connections = state.withLockedValue { $0.nodes.values.compactMap { $0.publisher?.connection } }
        let errors = await withTaskGroup(of: AMQPError?.self) { group in
            for connection in connections {
                group.addTask {
                    do throws(AMQPError) {
                        try await work(connection)
                        return nil
                    } catch {
                        return error
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        guard !errors.contains(nil) else { return }
        throw errors.compactMap(\.self).first ?? noNode(nil)
    }

    private func keepHouse() {
        for node in board.silent(for: patience) { state.withLockedValue { $0.nodes[node] }?.drop() }
        let late = state.withLockedValue { $0.waitingForRoom.leaveExpired(now: .now()) }
        for waiter in late { waiter.resolve(.failure(.noRoom)) }
    }

    /// How every node is doing.
    public var status: [PoolNodeStatus] {
        let statuses = board.statuses
        let nodes = state.withLockedValue { $0.nodes }
        return statuses.compactMap { status in
            nodes[status.node].map { PoolNodeStatus(status, address: $0.address, lastError: $0.lastError) }
        }
    }
}

/// The outcome of a publish to a pool that is still to come. It is safe to drop one.
public struct PoolConfirmation: Sendable {
    private let publish: PooledPublish

    init(outcomeOf publish: PooledPublish) {
        self.publish = publish
    }

    /// Waits for it; ``PublishOutcome/unknown(_:)`` if the waiting task is cancelled.
    public var outcome: PublishOutcome {
        get async {
            switch await publish.outcome.sharedResult() {
            case .success(let outcome): outcome
            case .failure(let error): .unknown(error)
            }
        }
    }
}

extension AMQPError {
    fileprivate static let poolClosed = AMQPError(.connectionClosed, "the publisher was closed", remedy: "Make another")
    fileprivate static let noRoom = AMQPError(
        .timeout, "there was no room to publish in time: the brokers take or confirm messages too slowly")
}
