import AMQPClient
import BrokerPool
import LoadBalancing
import LocalBroker
import ManagementAPI
import Testing

/// Suites that kill nodes of the same cluster, and so run one after the other.
@Suite(.needsOwnBroker, .serialized, .timeLimit(.minutes(10))) struct OnACluster {}

/// A private cluster of three nodes with their management API, started by the first test that needs it and stopped with the
/// process.
actor Cluster {
    private static let shared = Cluster()

    private var starting: Task<RunningBroker, any Error>?

    static func running() async throws -> RunningBroker { try await shared.running() }

    private func running() async throws -> RunningBroker {
        if let starting { return try await starting.value }
        let starting = Task { try await LocalBroker.shared(nodes: 3, management: true) }
        self.starting = starting
        return try await starting.value
    }
}

extension RunningBroker {
    static let nodeCredentials = Credentials(user: "guest", password: TestBroker.password)

    func management(node: Int = 1) throws -> ManagementClient {
        try ManagementClient(url: broker.managementURLs[node - 1], credentials: Self.nodeCredentials)
    }

    /// From 1, as the nodes of a private broker are called.
    static func number(ofNode name: String?) -> Int? {
        name.flatMap { $0.hasPrefix("warren") ? Int($0.dropFirst(6).prefix { $0.isNumber }) : nil }
    }

    /// All nodes as a pool that asks the management API, often.
    func pool(_ change: (inout Balancing) -> Void = { _ in }) throws -> BrokerPool {
        var balancing = Balancing(strategy: .roundRobin)
        balancing.health.slowStart.window = 0
        var access = ManagementAccess()
        access.urls = broker.managementURLs
        access.interval = .milliseconds(100)
        balancing.management = access
        change(&balancing)
        let urls = urls.indices.map { TestBroker.url(of: self, node: $0 + 1) }
        return try BrokerPool(
            uris: urls.joined(separator: ","), balancing: balancing, options: TestBroker.options,
            logger: TestLog.logger)
    }
}
