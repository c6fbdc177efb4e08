internal import Subprocess
internal import SystemPackage

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A private RabbitMQ, of one node or a cluster, from the installed `rabbitmq-server` package.
///
///     try await LocalBroker.run(nodes: 1) { broker in
///         let connection = try await AMQPConnection.connect(to: broker.url)
///     }
///
/// It runs as whoever starts it, root included, with its own data directory, ports, Erlang cookie and epmd, on the
/// loopback interface only; a RabbitMQ that the machine runs for itself is not touched. It is stopped and removed when
/// the closure ends, and also when this process is killed.
public struct LocalBroker: Sendable {
    /// One `amqp://` URI per node.
    public let urls: [String]
    /// The address of each node's management API, as `http://host:port`; none if it was not asked for.
    public let managementURLs: [String]
    /// A `rabbitmqctl` for this broker. `NODE` in the environment chooses the node, `TOOL` another tool.
    public let rabbitmqctl: String
    public let directory: String

    /// The first node's URI.
    public var url: String { urls.first ?? "" }

    /// Starts a broker, runs `body`, and stops the broker however that ends.
    ///
    /// - Parameters:
    ///   - nodes: More than one make a cluster on this host.
    ///   - configuration: Lines for `rabbitmq.conf`.
    ///   - plugins: Plugins to enable, with those that they need.
    ///   - management: Whether every node has the management API. It then starts a second later.
    /// - Throws: ``LocalBrokerError`` if it does not start (12 s are normal), and what `body` throws.
    public static func run<Result: Sendable>(
        nodes: Int = 1,
        configuration: [String] = [],
        plugins: [String] = [],
        management: Bool = false,
        _ body: (RunningBroker) async throws -> Result
    ) async throws -> Result {
        let (broker, arguments) = try prepare(
            nodes: nodes, configuration: configuration, plugins: plugins, management: management, directory: nil)
        var platform = PlatformOptions()
        // Ctrl-C on the terminal is for us; the supervisor stops when its input ends, even if we are killed.
        platform.createSession = true
        platform.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(15))]
        let outcome = try await Subprocess.run(
            .path("/bin/sh"), arguments: Arguments(arguments), platformOptions: platform,
            input: .inputWriter, output: .sequence, error: .discarded
        ) { execution -> Swift.Result<Result, any Error> in
            let events = SupervisorEvents(execution.standardOutput.strings())
            let running = RunningBroker(
                broker: broker, events: events, send: { try await _ = execution.standardInputWriter.write($0 + "\n") })
            let result: Swift.Result<Result, any Error>
            do {
                try await events.expect("ready")
                result = .success(try await body(running))
            } catch {
                result = .failure(error)
            }
            try? await execution.standardInputWriter.finish()
            await events.skipToEnd()
            return result
        }
        return try outcome.closureResult.get()
    }

    /// A TCP port of the loopback interface that nobody listens on, for another listener in `configuration`.
    public static func freePort() throws(LocalBrokerError) -> Int {
        try FreePorts.find(1)[0]
    }

    /// With those that it needs.
    private static let managementPlugins = [
        "rabbitmq_management", "rabbitmq_management_agent", "rabbitmq_web_dispatch",
    ]

    /// Writes everything a broker needs into a directory of its own.
    static func prepare(
        nodes: Int,
        configuration: [String],
        plugins: [String],
        management: Bool,
        directory: String?
    ) throws(LocalBrokerError) -> (LocalBroker, supervisor: [String]) {
        guard (1...9).contains(nodes) else {
            throw LocalBrokerError("a local broker has from 1 to 9 nodes, not \(nodes)")
        }
        let installation = try RabbitMQInstallation.find()
        let ports = try FreePorts.find(1 + 3 * nodes)
        let nodePorts = (0..<nodes).map { node in
            NodeFiles.Ports(
                amqp: ports[1 + 3 * node], distribution: ports[2 + 3 * node],
                management: management ? ports[3 + 3 * node] : nil)
        }
        let plugins = plugins + (management ? managementPlugins : [])
        let directory =
            directory
            ?? FileManager.default.temporaryDirectory
            .appending(path: "warren-\(UInt32.random(in: 0...UInt32.max))").path(percentEncoded: false)
        do {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try NodeFiles(
                directory: directory, installation: installation, epmdPort: ports[0], ports: nodePorts,
                configuration: configuration, plugins: plugins
            ).write()
        } catch {
            throw LocalBrokerError("cannot write to \(directory): \(error)")
        }
        let broker = LocalBroker(
            urls: nodePorts.map { "amqp://guest:guest@127.0.0.1:\($0.amqp)" },
            managementURLs: nodePorts.compactMap { $0.management.map { "http://127.0.0.1:\($0)" } },
            rabbitmqctl: directory + "/rabbitmqctl", directory: directory)
        return (broker, ["\(directory)/supervise.sh", directory, "\(ports[0])", "\(nodes)"])
    }
}
