import AMQPClient
import BrokerPool
import LoadBalancing
import LocalBroker
import Testing

/// Three private brokers that know nothing of each other.
struct ThreeBrokers: Sendable {
    let brokers: [RunningBroker]

    static let queue = "tasks"

    static func run<Result: Sendable>(_ body: (ThreeBrokers) async throws -> Result) async throws -> Result {
        try await LocalBroker.run(configuration: TestBroker.configuration) { first in
            try await LocalBroker.run(configuration: TestBroker.configuration) { second in
                try await LocalBroker.run(configuration: TestBroker.configuration) { third in
                    try await body(ThreeBrokers(brokers: [first, second, third]))
                }
            }
        }
    }

    var urls: [String] { brokers.map { TestBroker.url(of: $0) } }

    func pool(_ strategy: StrategyName = .default, _ change: (inout Balancing) -> Void = { _ in }) throws -> BrokerPool
    {
        var balancing = Balancing(topology: .independent, strategy: strategy)
        balancing.seed = 1
        change(&balancing)
        return try BrokerPool(
            uris: urls.joined(separator: ","), balancing: balancing, options: TestBroker.options, logger: TestLog.logger
        )
    }

    func publisher(
        _ strategy: StrategyName = .default,
        window: Int = 100,
        _ change: (inout Balancing) -> Void = { _ in }
    ) async throws -> PoolPublisher {
        let publisher = try await pool(strategy, change).makePublisher(window: window) { connection throws(AMQPError) in
            try await connection.openChannel().declareQueue(Self.queue)
        }
        try await publisher.waitUntilAllAreThere()
        return publisher
    }

    /// Everything that is in the queues, by message id, with how often it is there.
    func messages() async throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for url in urls {
            let connection = try await AMQPConnection.connect(to: url, options: TestBroker.options)
            let channel = try await connection.openChannel()
            while let delivery = try await channel.get(Self.queue, acknowledgement: .none) {
                counts[delivery.properties.messageID ?? "", default: 0] += 1
            }
            await connection.close()
        }
        return counts
    }
}

extension PoolPublisher {
    func waitUntilAllAreThere() async throws {
        try await waitUntil { $0.allSatisfy { $0.condition == .available || $0.condition == .recovering } }
    }

    /// Looks again and again: the pool has no events.
    func waitUntil(_ isTrue: ([PoolNodeStatus]) -> Bool) async throws {
        while !isTrue(status) { try await Task.sleep(for: .milliseconds(10)) }
    }
}
