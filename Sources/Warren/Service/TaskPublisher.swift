/// One publishing connection for all tasks of a service, opened when it is first needed, and again when it has ended for
/// good. What was sent and not answered when it was lost is published again, with the same message id.
actor TaskPublisher {
    private let brokers: BrokerPool
    private var opening: Task<Link, any Error>?

    /// A connection and what was declared on it.
    private actor Link {
        nonisolated let connection: AMQPConnection
        nonisolated let publisher: Publisher
        private nonisolated let channel: AMQPChannel
        private var declared: Set<QueueName> = []

        init(_ brokers: BrokerPool) async throws {
            connection = try await brokers.connect(name: "warren publish")
            do {
                channel = try await connection.openChannel()
                publisher = try await connection.makePublisher(unanswered: .isReplayed)
            } catch {
                await connection.close()
                throw error
            }
        }

        func declare(_ queue: QueueName) async throws {
            guard !declared.contains(queue) else { return }
            try await QueueDeclaration(queue).declare(on: channel)
            declared.insert(queue)
        }
    }

    init(brokers: BrokerPool) {
        self.brokers = brokers
    }

    func publish(_ body: MessageBody, to queue: QueueName) async throws -> PublishOutcome {
        do {
            return try await attempt(body, to: queue)
        } catch let error as AMQPError where Self.isLost(error) {
            // Nothing was sent: the link had died unnoticed. A new one gets one chance.
            return try await attempt(body, to: queue)
        }
    }

    private func attempt(_ body: MessageBody, to queue: QueueName) async throws -> PublishOutcome {
        let opening = openingLink()
        let link: Link
        do {
            link = try await opening.value
        } catch {
            forget(opening)
            throw error
        }
        do {
            try await link.declare(queue)
            var properties = BasicProperties.persistent
            properties.contentType = "application/json"
            let outcome = try await link.publisher.publish(body, routingKey: queue.name, properties: properties)
            if case .unknown(let error) = outcome, Self.isLost(error) { await drop(link, opening) }
            return outcome
        } catch let error as AMQPError {
            // Another caller's cancellation or oversized name is no reason to take the connection from the rest.
            if Self.isLost(error) { await drop(link, opening) }
            throw error
        }
    }

    /// Whoever comes while the connection is being opened waits for the same one.
    private func openingLink() -> Task<Link, any Error> {
        if let opening { return opening }
        let brokers = brokers
        let new = Task { try await Link(brokers) }
        opening = new
        return new
    }

    private func forget(_ task: Task<Link, any Error>) {
        if opening == task { opening = nil }
    }

    private func drop(_ link: Link, _ task: Task<Link, any Error>) async {
        forget(task)
        await link.connection.close()
    }

    private static func isLost(_ error: AMQPError) -> Bool {
        error.code == .connectionClosed || error.code == .channelClosed
    }

    func close() async {
        let opening = opening
        self.opening = nil
        if let link = try? await opening?.value { await link.connection.close() }
    }
}
