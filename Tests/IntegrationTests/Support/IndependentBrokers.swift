import AMQPClient
import BrokerPool
import LocalBroker

/// Three private brokers that know nothing of each other, started by the first test that needs them and stopped with the
/// process.
actor IndependentBrokers {
    private static let shared = IndependentBrokers()
    static let count = 3

    private var starting: Task<[RunningBroker], any Error>?

    static func running() async throws -> [RunningBroker] { try await shared.running() }

    private func running() async throws -> [RunningBroker] {
        if let starting { return try await starting.value }
        let starting = Task {
            try await withThrowingTaskGroup(of: RunningBroker.self) { group in
                for _ in 0..<Self.count { group.addTask { try await LocalBroker.shared() } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
        }
        self.starting = starting
        return try await starting.value
    }
}

/// A queue of the same name on each of them, for one test.
struct IndependentQueues: Sendable {
    struct Place: Sendable {
        let broker: RunningBroker
        let address: BrokerAddress
        let connection: AMQPConnection
        let queue: String

        func publish(_ bodies: some Sequence<String>) async throws {
            let publisher = try await connection.makePublisher()
            for body in bodies { try await publisher.publishDeferred(.init(body), routingKey: queue) }
            try await publisher.drain()
        }

        func kill() async throws { try await broker.killSynchronised() }

        /// Tasks that wait in the queue.
        func ready() async throws -> Int {
            Int(try await connection.openChannel().declareQueue(queue, passive: true).messageCount)
        }

        /// Tasks that somebody holds, by the word of the broker.
        func unacknowledged() async throws -> Int {
            let lines = try await broker.control(
                "list_queues", "-q", "--no-table-headers", "name", "messages_unacknowledged")
            let line = lines.split(separator: "\n").first { $0.hasPrefix(queue + "\t") }
            return line.flatMap { Int($0.split(separator: "\t")[1]) } ?? -1
        }
    }

    let places: [Place]
    let queue: String

    static func with<Result: Sendable>(
        _ body: @Sendable (IndependentQueues) async throws -> Result
    ) async throws -> Result {
        let queue = freshQueueName()
        var places: [Place] = []
        for broker in try await IndependentBrokers.running() {
            let address = try BrokerAddress(uri: TestBroker.url(of: broker))
            let connection = try await AMQPConnection.connect(to: address, options: TestBroker.options)
            try await connection.openChannel().declareQueue(queue)
            places.append(Place(broker: broker, address: address, connection: connection, queue: queue))
        }
        let result: Swift.Result<Result, any Error>
        do {
            result = .success(try await body(IndependentQueues(places: places, queue: queue)))
        } catch {
            result = .failure(error)
        }
        for place in places {
            _ = try? await place.connection.openChannel().deleteQueue(queue)
            await place.connection.close()
        }
        return try result.get()
    }

    /// - Parameter more: Addresses of brokers that are not there.
    func pool(_ more: [BrokerAddress] = []) throws -> BrokerPool {
        try Self.pool(more + places.map(\.address))
    }

    static func pool(_ addresses: [BrokerAddress]) throws -> BrokerPool {
        try BrokerPool(
            addresses, balancing: Balancing(topology: .independent), options: TestBroker.options, logger: TestLog.logger
        )
    }

    func unacknowledged() async throws -> [Int] {
        var counts: [Int] = []
        for place in places { counts.append(try await place.unacknowledged()) }
        return counts
    }

    func ready() async throws -> Int {
        var count = 0
        for place in places { count += try await place.ready() }
        return count
    }
}

extension RunningBroker {
    /// SIGKILL, to a node that has written what it knows. A queue that was declared a moment ago is not on disk yet, however
    /// durable, and is gone with all that was confirmed for it: RabbitMQ does not wait for its database.
    func killSynchronised(node: Int = 1) async throws {
        try await control("eval", "catch mnesia:sync_log().", node: node)
        try await killNode(node)
    }
}
