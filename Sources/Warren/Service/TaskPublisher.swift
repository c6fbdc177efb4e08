internal import NIOConcurrencyHelpers

/// The publisher for all tasks of a service, opened when it is first needed. What was sent and not answered when a node
/// was lost is published again, with the same message id.
actor TaskPublisher {
    private let brokers: BrokerPool
    private var opening: Task<PoolPublisher, any Error>?
    private let queues = Queues()

    /// The queues that tasks were published to: declared on every node before anything is published there.
    private final class Queues: Sendable {
        private let names = NIOLockedValueBox<Set<QueueName>>([])

        /// - Returns: Whether it is new.
        func insert(_ name: QueueName) -> Bool { names.withLockedValue { $0.insert(name).inserted } }

        func remove(_ name: QueueName) { names.withLockedValue { _ = $0.remove(name) } }

        func declareAll(on connection: AMQPConnection) async throws(AMQPError) {
            let names = names.withLockedValue { $0 }
            guard !names.isEmpty else { return }
            let channel = try await connection.openChannel()
            for name in names { try await QueueDeclaration(name).declare(on: channel) }
            try await channel.close()
        }
    }

    init(brokers: BrokerPool) {
        self.brokers = brokers
    }

    func publish(_ body: MessageBody, to queue: QueueName) async throws -> PublishOutcome {
        let isNew = queues.insert(queue)
        let publisher: PoolPublisher
        do {
            publisher = try await opened()
            if isNew {
                try await publisher.onEachConnection { [queues] connection throws(AMQPError) in
                    try await queues.declareAll(on: connection)
                }
            }
        } catch {
            // The next one tries again.
            if isNew { queues.remove(queue) }
            throw error
        }
        var properties = BasicProperties.persistent
        properties.contentType = "application/json"
        return try await publisher.publish(body, routingKey: queue.name, properties: properties)
    }

    /// Whoever comes while it is being opened waits for the same one.
    private func opened() async throws -> PoolPublisher {
        let task =
            opening
            ?? Task { [brokers, queues] in
                try await brokers.makePublisher(name: "warren publish") { connection throws(AMQPError) in
                    try await queues.declareAll(on: connection)
                }
            }
        opening = task
        do {
            return try await task.value
        } catch {
            if opening == task { opening = nil }
            throw error
        }
    }

    func close() async {
        let opening = opening
        self.opening = nil
        if let publisher = try? await opening?.value { await publisher.close() }
    }
}
