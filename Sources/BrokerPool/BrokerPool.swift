public import AMQPClient
internal import LoadBalancing
public import Logging
internal import NIOConcurrencyHelpers

/// The nodes of a broker, as one.
///
/// So far it spreads connections: each ``connect(name:)`` begins with the next node in turn, and goes on to the others
/// when that one cannot be reached, or later is lost.
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

    /// - Parameter uris: `amqp://` URIs, separated by commas; see ``BrokerAddress/list(_:)``.
    public convenience init(
        uris: String,
        options: AMQPConnection.Options = .init(),
        logger: Logger = Logger(label: "BrokerPool", factory: { _ in SwiftLogNoOpLogHandler() })
    ) throws(AMQPError) {
        try self.init(try BrokerAddress.list(uris), options: options, logger: logger)
    }

    /// Connects to the next node in turn, or to the first after it that answers.
    ///
    /// - Parameters:
    ///   - name: Shown by the broker's tools.
    ///   - onEvent: Hears what happens to the connection, besides the pool's own options.
    /// - Throws: As ``AMQPConnection/connect(toAnyOf:options:logger:)``.
    public func connect(
        name: String? = nil,
        onEvent: @escaping @Sendable (ConnectionEvent) -> Void = { _ in }
    ) async throws(AMQPError) -> AMQPConnection {
        var options = options
        if let name { options.connectionName = name }
        let everyonesOnEvent = options.onEvent
        options.onEvent = { event in
            everyonesOnEvent(event)
            onEvent(event)
        }
        let nodes = addresses.indices.map(NodeID.init)
        let first = strategy.withLockedValue { $0.pick(from: nodes) }?.index ?? 0
        let inTurn = Array(addresses[first...] + addresses[..<first])
        return try await AMQPConnection.connect(toAnyOf: inTurn, options: options, logger: logger)
    }
}
