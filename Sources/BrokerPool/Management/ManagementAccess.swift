public import AMQPClient
internal import ManagementAPI

/// Where the nodes' management API is, and what a pool asks it for.
///
/// It tells what the connections do not: on which node a queue's leader is, how many messages wait, and whether an alarm
/// that a node spoke of before it was lost is over. It is up to five seconds late, so nothing is decided by it alone: work
/// goes only to nodes that are connected, fit and not blocked by their own word.
public struct ManagementAccess: Sendable, Equatable {
    /// One for each node, in the order of the addresses, as `http://host:15672`. Nodes without one have it at ``port`` of
    /// their own host.
    public var urls: [String] = []
    /// `nil` is 15672, or 15671 with TLS.
    public var port: Int?
    /// `nil`: those of the node's address.
    public var credentials: Credentials?
    /// Between two looks. RabbitMQ collects its numbers every five seconds.
    public var interval = Duration.seconds(5)
    /// In a cluster: whether messages for a queue go to the node of its leader, as long as that is fit. It saves the
    /// broker a hop per message; the strategy chooses for all others.
    public var prefersLeader = true
    /// With independent brokers: whether a broker gets less while more messages wait there than elsewhere. It needs a
    /// strategy that knows weights.
    public var levelsDepth = false

    public init() {}

    /// The client for a node.
    ///
    /// - Parameter index: Of the node, among the addresses.
    func client(for address: BrokerAddress, index: Int) throws(AMQPError) -> ManagementClient {
        try ManagementClient(
            beside: address, url: index < urls.count ? urls[index] : nil, port: port, credentials: credentials)
    }

    func validate() throws(AMQPError) {
        for url in urls { _ = try ManagementClient(url: url) }
        guard interval > .zero else { throw .invalidArgument("an interval of \(interval) is not above 0") }
    }
}
