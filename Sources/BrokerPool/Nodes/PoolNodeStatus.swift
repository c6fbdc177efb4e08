public import AMQPClient
public import LoadBalancing

/// How a node of a pool is doing, to be shown.
public struct PoolNodeStatus: Sendable {
    public let address: BrokerAddress
    public let condition: NodeStatus.Condition
    /// Its part, from 0 to 1, of the weights of all.
    public let share: Double
    /// Messages that it was given since the beginning.
    public let published: Int
    /// Messages whose outcome is still to come.
    public let outstanding: Int
    /// Seconds from publish to confirm, smoothed; `nil` before the first one.
    public let latency: Double?
    /// How often in a row it was taken out.
    public let ejections: Int
    /// Messages that wait there in the queues that were published to; `nil` unless brokers are independent and
    /// ``Balancing/management`` tells.
    public let depth: Int?
    /// Why it is not connected, if it is not.
    public let lastError: AMQPError?

    init(_ status: NodeStatus, depth: Int?, address: BrokerAddress, lastError: AMQPError?) {
        self.address = address
        condition = status.condition
        share = status.share
        published = status.started
        outstanding = status.outstanding
        latency = status.latency
        ejections = status.ejections
        self.depth = depth
        self.lastError = lastError
    }
}
