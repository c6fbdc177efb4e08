public import AMQPClient
internal import LoadBalancing
public import Logging
internal import NIOConcurrencyHelpers

/// The nodes of a broker, as one.
///
/// So far it spreads connections: each ``connect(name:)`` begins with the next node in turn, and goes on to the others
/// when that one cannot be reached.
public final class BrokerPool: Sendable {
    public let addresses: [BrokerAddress]
    private let strategy = NIOLockedValueBox(RoundRobin())
    private let options: AMQPConnection.Options
    private let logger: Logger

    /// - Throws: ``AMQPError`` with code `invalidArgument` if there is no address.
    public init(
        _ addresses: [BrokerAddress],
        options: AMQPConnection.Options = .init(),
        logger: Logger = Logger(label: "BrokerPool", factory: { _ in SwiftLogNoOpLogHandler() })
    ) throws(AMQPError) {
        guard !addresses.isEmpty else {
            throw AMQPError(
                .invalidArgument, "there is no broker to connect to", remedy: "Name at least one, as amqp://host")
        }
        self.addresses = addresses
        self.options = options
        self.logger = logger
    }

    /// - Parameter uris: `amqp://` URIs, separated by commas.
    public convenience init(
        uris: String,
        options: AMQPConnection.Options = .init(),
        logger: Logger = Logger(label: "BrokerPool", factory: { _ in SwiftLogNoOpLogHandler() })
    ) throws(AMQPError) {
        var addresses: [BrokerAddress] = []
        for uri in uris.split(separator: ",") { addresses.append(try BrokerAddress(uri: String(uri))) }
        try self.init(addresses, options: options, logger: logger)
    }

    /// Connects to the next node in turn, or to the first after it that answers.
    ///
    /// - Parameter name: Shown by the broker's tools.
    /// - Throws: The last node's ``AMQPError`` if none could be reached; at once if login or virtual host are refused,
    ///   which no other node of the same broker would see differently.
    public func connect(name: String? = nil) async throws(AMQPError) -> AMQPConnection {
        var options = options
        if let name { options.connectionName = name }
        var candidates = addresses.indices.map(NodeID.init)
        var failures: [AMQPError] = []
        while let node = strategy.withLockedValue({ $0.pick(from: candidates) }) {
            do throws(AMQPError) {
                return try await AMQPConnection.connect(to: addresses[node.index], options: options, logger: logger)
            } catch {
                if [.authenticationFailed, .virtualHostRefused, .cancelled].contains(error.code) { throw error }
                failures.append(error)
                candidates.removeAll { $0 == node }
            }
        }
        throw Self.noneReachable(failures)
    }

    private static func noneReachable(_ failures: [AMQPError]) -> AMQPError {
        guard failures.count > 1, var error = failures.last else { return failures.first ?? .init(.connectFailed, "") }
        error.message =
            "none of \(failures.count) brokers answers: "
            + failures.map(\.message).joined(separator: "; ")
        return error
    }
}
