public import AMQPClient

/// Knows which nodes there are at the moment: a name server, a registry, a file.
///
/// Nodes are told apart by host, port and virtual host; see ``BrokerPool/follow(_:every:)``.
public protocol BrokerAddressProvider: Sendable {
    /// - Throws: If it cannot say; the nodes that are known stay then.
    func addresses() async throws(AMQPError) -> [BrokerAddress]
}
