internal import AMQPClient
public import LoadBalancing

/// What the nodes of a pool are to each other.
public enum BrokerTopology: String, Sendable, CaseIterable {
    /// Nodes of one broker: a queue is the same on all of them, so a consumer needs one of them, and any will do.
    case cluster
    /// Brokers that know nothing of each other: each has its own queues, so consumers take from all of them.
    case independent
}

/// How work is shared over the nodes of a ``BrokerPool``.
public struct Balancing: Sendable {
    public var topology = BrokerTopology.cluster
    public var strategy = StrategyName.default
    /// One for each node, in the order of the addresses; 1 for those that have none. Strategies that know weights give
    /// each node that part of the work.
    public var weights: [Double] = []
    public var health = HealthPolicy()
    /// How long a node may owe confirms and give none. Then it counts as lost, as with a paused process or a silent
    /// network, long before a heartbeat would notice.
    public var patience = Duration.seconds(5)
    /// The nodes' management API, where the broker has it; `nil` does without.
    public var management: ManagementAccess?
    /// In a cluster: how long after a lost connection a worker looks whether the node that it was on is back, and then moves
    /// back there. Drawn anew each time, so that many workers do not come at the same moment; `nil` stays where it is.
    public var homecoming: ClosedRange<Duration>? = .seconds(30) ... .seconds(90)
    /// Chooses what strategies choose at random; `nil` is a different one each time.
    public var seed: UInt64?

    public init(topology: BrokerTopology = .cluster, strategy: StrategyName = .default) {
        self.topology = topology
        self.strategy = strategy
    }

    func weight(_ index: Int) -> Double { index < weights.count ? weights[index] : 1 }

    /// For so many nodes, none of which is connected yet.
    func balancer(nodes: Int) -> Balancer<AnyStrategy> {
        Balancer(
            strategy.make(), weights: (0..<nodes).map(weight), policy: health,
            seed: seed ?? .random(in: .min ... .max), connected: false)
    }

    static func validate(_ weight: Double) throws(AMQPError) {
        guard weight > 0, weight.isFinite else {
            throw AMQPError(
                .invalidArgument, "a weight of \(weight) is not above 0", remedy: "Leave the node out instead")
        }
    }

    func validate(_ addresses: [BrokerAddress]) throws(AMQPError) {
        guard !addresses.isEmpty else {
            throw AMQPError(
                .invalidArgument, "there is no broker to connect to", remedy: "Name at least one, as amqp://host")
        }
        for (index, address) in addresses.enumerated()
        where addresses[..<index].contains(where: { $0.isSameNode(as: address) }) {
            throw AMQPError(
                .invalidArgument, "the node \(address) is named twice", remedy: "Give it a weight of 2 instead")
        }
        guard weights.isEmpty || weights.count == addresses.count else {
            throw AMQPError(
                .invalidArgument, "there are \(weights.count) weights for \(addresses.count) nodes",
                remedy: "Give one for each node, in the same order")
        }
        for weight in weights { try Self.validate(weight) }
        try management?.validate()
        if let homecoming, homecoming.lowerBound <= .zero {
            throw AMQPError(.invalidArgument, "a homecoming after \(homecoming.lowerBound) is not above 0")
        }
        guard patience > .zero else { throw AMQPError(.invalidArgument, "a patience of \(patience) is not above 0") }
    }
}

extension BrokerAddress {
    func isSameNode(as other: BrokerAddress) -> Bool {
        host.lowercased() == other.host.lowercased() && port == other.port && virtualHost == other.virtualHost
    }
}
