import AMQPClient
import BrokerPool
import LoadBalancing
import LocalBroker
import Testing

/// Suites that kill and block the same three brokers, and so run one after the other.
@Suite(.needsOwnBroker, .serialized, .timeLimit(.minutes(10))) struct OnThreeBrokers {}

/// Publishing to three brokers that know nothing of each other, for one test.
struct ThreeBrokers: Sendable {
    let brokers: [RunningBroker]
    let queue: String

    static func run(_ body: (ThreeBrokers) async throws -> Void) async throws {
        let brokers = ThreeBrokers(brokers: try await IndependentBrokers.running(), queue: freshQueueName())
        let result: Swift.Result<Void, any Error>
        do {
            result = .success(try await body(brokers))
        } catch {
            result = .failure(error)
        }
        for url in brokers.urls {
            guard let connection = try? await AMQPConnection.connect(to: url, options: TestBroker.options) else {
                continue
            }
            _ = try? await connection.openChannel().deleteQueue(brokers.queue)
            await connection.close()
        }
        try result.get()
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
        let publisher = try await pool(strategy, change).makePublisher(window: window) {
            [queue] connection throws(AMQPError) in
            try await connection.openChannel().declareQueue(queue)
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
            while let delivery = try await channel.get(queue, acknowledgement: .none) {
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
