internal import Logging
internal import NIOCore

// Exchanges, queues and bindings again.
extension AMQPConnection {
    /// Declares again what was declared. What the broker refuses is reported, and the rest goes on.
    ///
    /// - Throws: Only if the connection fails.
    func restoreTopology() async throws(AMQPError) {
        let scope = options.recovery.topology
        let filter = options.recovery.filter
        let desk = TopologyDesk(deadline: .now() + TimeAmount(options.recovery.lockedEntityTimeout))
        for declare in topology.exchanges(scope) where filter(.exchange(declare.exchange)) {
            try await desk.perform(.exchange(declare.exchange), declare, on: self)
        }
        for (name, queue) in topology.queues(scope) where filter(.queue(name)) {
            try await restoreQueue(name, queue, desk)
        }
        for bind in topology.exchangeBindings(scope) where filter(bind.entity) {
            try await desk.perform(bind.entity, bind, on: self)
        }
        for bind in topology.queueBindings(scope) where filter(bind.entity) {
            try await desk.perform(bind.entity, bind, on: self)
        }
        await desk.close(on: self)
    }

    private func restoreQueue(_ name: String, _ queue: Topology.Queue, _ desk: TopologyDesk) async throws(AMQPError) {
        if queue.isServerNamed, !queue.declare.exclusive, !queue.declare.autoDelete {
            // It survives its connection, messages and all: a new one each time would leave it behind.
            let isThere = QueueDeclare(queue: name, passive: true)
            if try await desk.perform(.queue(name), isThere, isReported: false, on: self) != nil { return }
        }
        let declared = try await desk.perform(.queue(name), queue.declare, on: self)
        guard let declared, declared.queue != name else { return }
        topology.renameQueue(name, to: declared.queue)
        for channel in channels { channel?.renameQueue(name, to: declared.queue) }
        tell(.queueRenamed(from: name, to: declared.queue))
    }

    func report(_ entity: TopologyEntity, _ error: AMQPError) {
        logger.debug("not recovered: \(entity)", metadata: [LogKey.error: "\(error)"])
        tell(.notRecovered(entity, error))
    }

    // MARK: Channels of recovery's own

    func openRecoveryChannel() async throws(AMQPError) -> ChannelKey {
        guard let negotiated else { throw .interrupted }
        let state = try addChannel(negotiated, role: .recovery)
        _ = try await call(ChannelOpen(), recovering: state.key)
        return state.key
    }

    /// As ``call(_:on:)``, on a channel that nobody else may use yet.
    func call<Request: MethodRequest>(
        _ request: Request,
        recovering key: ChannelKey
    ) async throws(AMQPError) -> Request.Reply {
        let waiter = try begin(request, on: key, replies: [Request.Reply.id], isRecovering: true)
        return try Self.typed(await waiter.value())
    }
}

/// Performs declarations one by one on a channel that is replaced when the broker closes it for one of them.
private final class TopologyDesk {
    private let deadline: NIODeadline
    private var channel: ChannelKey?

    private static let pause = Duration.milliseconds(250)

    init(deadline: NIODeadline) {
        self.deadline = deadline
    }

    /// - Returns: The answer; `nil` if the broker refused.
    @discardableResult
    func perform<Request: MethodRequest>(
        _ entity: TopologyEntity,
        _ request: Request,
        isReported: Bool = true,
        on connection: isolated AMQPConnection
    ) async throws(AMQPError) -> Request.Reply? {
        while true {
            do throws(AMQPError) {
                let channel = try await openChannel(on: connection)
                let reply = try await connection.call(request, recovering: channel)
                connection.topology.absolve(entity)
                return reply
            } catch {
                if error.code == .noChannelLeft {
                    if isReported { connection.report(entity, error) }
                    return nil
                }
                // Anything else than a refusal on this channel is a matter of the connection.
                guard error.code == .channelClosed else {
                    if let reply = error.reply, reply.code != 320, connection.topology.blame(entity) {
                        connection.report(entity, error)
                    }
                    throw error
                }
                self.channel = nil
                guard RecoveryVerdict.isTransient(error), NIODeadline.now() < deadline else {
                    if isReported { connection.report(entity, error) }
                    return nil
                }
                try? await Task.sleep(for: Self.pause)
            }
        }
    }

    private func openChannel(on connection: isolated AMQPConnection) async throws(AMQPError) -> ChannelKey {
        if let channel { return channel }
        let opened = try await connection.openRecoveryChannel()
        channel = opened
        return opened
    }

    func close(on connection: isolated AMQPConnection) async {
        if let channel { try? await connection.closeChannel(channel) }
    }
}

extension QueueBind {
    fileprivate var entity: TopologyEntity {
        .queueBinding(queue: queue, exchange: exchange, routingKey: routingKey, arguments: arguments)
    }
}

extension ExchangeBind {
    fileprivate var entity: TopologyEntity {
        .exchangeBinding(destination: destination, source: source, routingKey: routingKey, arguments: arguments)
    }
}
