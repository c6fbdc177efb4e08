public import AMQPClient

/// All IP addresses behind the host names of some addresses, each a node of its own: for a name server that lists the nodes
/// under one name, as a headless service does.
///
///     let nodes = ResolvedAddresses(of: try BrokerAddress(uri: "amqps://rabbit.example:5671"))
///     let pool = try await BrokerPool(nodes, balancing: balancing)
///     try await pool.follow(nodes)                        // until it is cancelled
///
/// IPv4 addresses or IPv6 addresses, whichever are more, for a node that has both is not two.
/// With TLS every node still has to show a certificate for the name.
public struct ResolvedAddresses: BrokerAddressProvider {
    public let names: [BrokerAddress]
    /// For the name server.
    public var timeout: Duration

    public init(of names: BrokerAddress..., timeout: Duration = .seconds(5)) {
        self.init(of: names, timeout: timeout)
    }

    public init(of names: [BrokerAddress], timeout: Duration = .seconds(5)) {
        self.names = names
        self.timeout = timeout
    }

    /// - Throws: ``AMQPError`` with code `connectFailed` if one of the names is not known.
    public func addresses() async throws(AMQPError) -> [BrokerAddress] {
        var found: [BrokerAddress] = []
        for name in names {
            for address in try await name.resolved(timeout: timeout) where !found.contains(address) {
                found.append(address)
            }
        }
        return found
    }
}
