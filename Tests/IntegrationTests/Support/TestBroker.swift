import AMQPClient
import BrokerPool
import Foundation
import LocalBroker
import Testing

/// The broker that the integration tests run against: the one that AMQP_URL names, or a private one of their own, which
/// is started by the first test that needs it and stopped with the process.
actor TestBroker {
    static let shared = TestBroker()

    nonisolated static let givenURL = ProcessInfo.processInfo.environment["AMQP_URL"]?
        .split(separator: ",").first.map(String.init)

    /// What the tests say when there is neither.
    static let isAvailable = givenURL != nil || (try? RabbitMQInstallation.find()) != nil

    /// Looked for, in three forms, in everything that the whole suite logs and prints: see Scripts/test.
    static let password = "S3cr3t-p@ss/w+rd"
    static let encodedPassword = "S3cr3t-p%40ss%2Fw%2Brd"

    /// What every private broker of the tests is configured with.
    static let configuration = [
        "default_pass = \(password)",
        // Under Thread Sanitizer everything runs at once on two cores.
        "handshake_timeout = 60000",
        "max_message_size = \(maximumMessageSize)",
    ]

    /// The same in every version.
    static let maximumMessageSize = 17 * 1024 * 1024

    private var starting: Task<RunningBroker, any Error>?

    static func url() async throws -> String {
        if let givenURL { return givenURL }
        return url(of: try await shared.running())
    }

    /// The URI of one of the nodes of a broker with our ``configuration``.
    static func url(of broker: RunningBroker, node: Int = 1) -> String {
        broker.urls[node - 1].replacing("guest:guest@", with: "guest:\(encodedPassword)@")
    }

    /// Major and minor version of the broker that is tested against.
    static func version() async throws -> (major: Int, minor: Int) {
        let connection = try await connect()
        let parts = await connection.server?.version.split(separator: ".").compactMap { Int($0) } ?? []
        await connection.close()
        return (parts.first ?? 0, parts.dropFirst().first ?? 0)
    }

    /// The private broker, for tests that stop or block it; `nil` if AMQP_URL names another.
    static func own() async throws -> RunningBroker? {
        givenURL == nil ? try await shared.running() : nil
    }

    /// Has the broker close a connection, as an operator would.
    static func closeConnection(named name: String) async throws {
        guard let broker = try await own() else { return }
        // In one call: a rabbitmqctl takes half a second to start.
        // Others may be closing while it looks.
        let closing = """
            [catch rabbit_networking:close_connection(Pid, "closed by a test") || \
            Pid <- rabbit_networking:connections(), \
            {client_properties, Properties} <- try rabbit_networking:connection_info(Pid, [client_properties]) \
            catch _:_ -> [] end, \
            lists:keyfind(<<"connection_name">>, 1, Properties) =:= {<<"connection_name">>, longstr, <<"\(name)">>}].
            """
        // The evaluation fails, or finds nothing, now and then when others close at the same moment.
        while true {
            try Task.checkCancellation()
            if let closed = try? await broker.control("eval", closing), closed.contains("ok") { return }
        }
    }

    /// Patient: under Thread Sanitizer everything runs at once on two cores.
    static var options: AMQPConnection.Options {
        var options = AMQPConnection.Options(connectionName: "warren tests")
        options.connectTimeout = .seconds(60)
        options.rpcTimeout = .seconds(120)
        options.publishTimeout = .seconds(120)
        return options
    }

    static func pool() async throws -> BrokerPool {
        try BrokerPool(uris: try await url(), options: options, logger: TestLog.logger)
    }

    static func connect(_ configure: (inout AMQPConnection.Options) -> Void = { _ in }) async throws -> AMQPConnection {
        var options = options
        configure(&options)
        return try await AMQPConnection.connect(to: try await url(), options: options, logger: TestLog.logger)
    }

    private func running() async throws -> RunningBroker {
        if let starting { return try await starting.value }
        let starting = Task { try await LocalBroker.shared() }
        self.starting = starting
        return try await starting.value
    }
}

extension Trait where Self == ConditionTrait {
    static var needsBroker: Self {
        .enabled(if: TestBroker.isAvailable, "skipped: set AMQP_URL, or install rabbitmq-server")
    }

    static var needsOwnBroker: Self {
        .enabled(
            if: TestBroker.isAvailable && TestBroker.givenURL == nil,
            "skipped: it kills or blocks the broker, so it runs only on a private one")
    }
}

/// A queue of its own for a test, deleted afterwards.
func withQueue<Result>(
    _ connection: AMQPConnection,
    arguments: FieldTable = [:],
    _ body: (AMQPChannel, String) async throws -> Result
) async throws -> Result {
    let channel = try await connection.openChannel()
    let name = "warren.test.\(UUID().uuidString.prefix(8))"
    try await channel.declareQueue(name, arguments: arguments)
    do {
        let result = try await body(channel, name)
        try await connection.openChannel().deleteQueue(name)
        return result
    } catch {
        _ = try? await connection.openChannel().deleteQueue(name)
        throw error
    }
}

/// Connects, gives `body` a queue of its own, and closes.
func withBroker<Result: Sendable>(
    arguments: FieldTable = [:],
    _ configure: (inout AMQPConnection.Options) -> Void = { _ in },
    _ body: (AMQPConnection, AMQPChannel, String) async throws -> Result
) async throws -> Result {
    let connection = try await TestBroker.connect(configure)
    do {
        let result = try await withQueue(connection, arguments: arguments) { try await body(connection, $0, $1) }
        await connection.close()
        return result
    } catch {
        await connection.close()
        throw error
    }
}
