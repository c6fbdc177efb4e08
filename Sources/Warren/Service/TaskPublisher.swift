/// One publishing connection for all tasks of a service, opened when it is first needed and again when it was lost.
actor TaskPublisher {
    private let brokers: BrokerPool
    private var opening: Task<Link, any Error>?
    private var declared: Set<QueueName> = []

    private struct Link: Sendable {
        var connection: AMQPConnection
        var channel: AMQPChannel
        var publisher: Publisher
    }

    init(brokers: BrokerPool) {
        self.brokers = brokers
    }

    func publish(_ body: MessageBody, to queue: QueueName) async throws -> PublishOutcome {
        let link = try await link()
        do {
            if !declared.contains(queue) {
                try await QueueDeclaration(queue).declare(on: link.channel)
                declared.insert(queue)
            }
            var properties = BasicProperties.persistent
            properties.contentType = "application/json"
            return try await link.publisher.publish(body, routingKey: queue.name, properties: properties)
        } catch {
            // The channel may be gone with the error; the next task gets a new one.
            await close()
            throw error
        }
    }

    /// Whoever comes while the connection is being opened waits for the same one.
    private func link() async throws -> Link {
        if let opening { return try await opening.value }
        let brokers = brokers
        let opening = Task {
            let connection = try await brokers.connect(name: "warren publish")
            return Link(
                connection: connection, channel: try await connection.openChannel(),
                publisher: try await connection.makePublisher())
        }
        self.opening = opening
        do {
            return try await opening.value
        } catch {
            self.opening = nil
            throw error
        }
    }

    func close() async {
        let opening = opening
        self.opening = nil
        declared = []
        if let link = try? await opening?.value { await link.connection.close() }
    }
}
