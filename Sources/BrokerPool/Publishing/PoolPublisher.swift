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

    struct State {
        var nodes: [NodeID: PublishingNode] = [:]
        var housekeeping: RepeatedTask?
        var watching: Task<Void, Never>?
    }

    let board: NodeBoard
    let room: PublishRoom
    /// Seconds that a node may owe answers and give none.
    let patience: Double
    let makeNode: @Sendable (NodeID, BrokerAddress, NodeBoard) -> PublishingNode
    let state = NIOLockedValueBox(State())
    let eventLoop: any EventLoop
    let balancing: Balancing
    let logger: Logger
    private let unanswered: UnansweredPublish
    /// Seconds.
    private let timeout: Double
    private let messageIDs = MessageIDs()

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
        board = NodeBoard(balancing, nodes: addresses.count, eventLoop: eventLoop)
        self.balancing = balancing
        self.logger = logger
        self.unanswered = unanswered
        patience = balancing.patience / .seconds(1)
        timeout = connection.publishTimeout / .seconds(1)
        room = PublishRoom(
            window: window, maximumBytes: connection.maximumRetainedBytes, timeout: .seconds(atMost: timeout))
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
        let deadline = Instant.now + timeout
        let number = try await room.enter(body.count)
        var properties = properties
        if properties.messageID == nil { properties.messageID = messageIDs.id(number) }
        let publish = PooledPublish(
            body: body, exchange: exchange, routingKey: routingKey, properties: properties, mandatory: mandatory,
            key: key.map(NodeKey.hash), deadline: deadline)
        do throws(AMQPError) {
            try await send(publish)
        } catch {
            room.leave(publish.size, nil)
            throw error
        }
        return PoolConfirmation(outcomeOf: publish)
    }

    /// Sends it to a node, or ends it as refused.
    ///
    /// - Parameter last: What became of it before.
    private func send(_ publish: PooledPublish, after last: PublishOutcome? = nil) async throws(AMQPError) {
        var lastError: AMQPError?
        while true {
            let request = publish.request
            // Whoever was refused by all does not wait for others.
            let node =
                request.excluding.isEmpty
                ? try await board.next(request, by: publish.deadline) : board.take(request)
            guard let node else {
                if let last { return conclude(publish, last) }
                throw noNode(lastError)
            }
            let start = Instant.now
            guard let publisher = self.node(node)?.publisher else {
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
            self.node(node)?.drop()
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

    func noNode(_ last: AMQPError?) -> AMQPError {
        let reasons = allNodes.compactMap { node in node.lastError.map { "\(node.address): \($0.message)" } }
        let why =
            reasons.isEmpty ? last?.message ?? "all are blocked, draining or ejected" : reasons.joined(separator: "; ")
        return AMQPError(
            .connectionLost, "no node takes messages: \(why)",
            remedy: last?.remedy ?? "Are the brokers running? warren doctor says what is wrong with each")
    }

    private func conclude(_ publish: PooledPublish, _ outcome: PublishOutcome) {
        // Counted first: whoever has the outcome finds it in the tally.
        room.leave(publish.size, outcome)
        publish.outcome.resolve(.success(outcome))
    }

    // MARK: The end

    /// Waits until every publish so far has its outcome, which each has by its deadline.
    ///
    /// - Returns: The outcomes so far.
    @discardableResult
    public func drain() async throws(AMQPError) -> PublishTally {
        try await room.drain()
        return tally
    }

    /// How many publishes ended how, so far.
    public var tally: PublishTally { room.tally }

    /// Closes all connections; what is open is confirmed first.
    public func close() async {
        room.close()
        let (nodes, housekeeping, watching) = state.withLockedValue {
            (Array($0.nodes.values), $0.housekeeping, $0.watching)
        }
        watching?.cancel()
        await withDiscardingTaskGroup { group in
            for node in nodes { group.addTask { await node.close() } }
        }
        housekeeping?.cancel()
    }
}
