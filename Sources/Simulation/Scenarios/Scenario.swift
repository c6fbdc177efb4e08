/// What is simulated: nodes, the tasks that come, and what goes wrong.
///
/// Times are in any unit, the same for all of them, as long as ``unit`` does not say that they are seconds.
public struct Scenario: Hashable, Sendable {
    public enum Unit: Hashable, Sendable {
        case arbitrary, seconds
    }

    /// How many tasks come.
    public enum Demand: Hashable, Sendable {
        /// The part of what the nodes could do, at their speeds and without faults, if they never were idle.
        case load(Double)
        /// Tasks per unit of time.
        case rate(Double)
    }

    public var summary = ""
    public var nodes = Array(repeating: SimulatedNode(), count: 10)
    public var arrivals = Arrivals.poisson
    public var demand = Demand.load(0.9)
    public var service = Distribution.exponential(mean: 1)
    public var tasks = 1_000_000
    /// Between client and node, one way.
    public var networkDelay = 0.0
    /// How long a client waits for an answer before it gives up; `nil` for ever.
    public var timeout: Double?
    /// An answer after that time is no success.
    public var limit: Double?
    /// With one shared queue: how many tasks a node may have at a time. `nil`: as many as it works on.
    public var prefetch: Int?
    /// How often a task is given to a node again that a node lost or did not answer in time, up to 255. Nodes that
    /// refuse it do not count, as long as there are retries at all.
    ///
    /// With a timeout, many retries can keep nodes busy with work that nobody waits for any more, for ever.
    public var retries = 3
    public var faults: [Fault] = []
    /// Whether nodes that fail are taken out and come back slowly, as in the live pool: `HealthPolicy()`, which counts
    /// in seconds.
    public var hasHealth = false
    public var warmUp = WarmUp.automatic
    /// How often it is run, with other random numbers.
    public var seeds = 5
    public var strategies: [Contender] = []
    public var unit = Unit.arbitrary

    public init() {}

    /// Tasks per unit of time that the nodes can do, or `nil` if one has no limit.
    public var capacity: Double? {
        var sum = 0.0
        for node in nodes {
            guard let parallelism = node.parallelism else { return nil }
            sum += node.speed * Double(parallelism)
        }
        return sum / service.mean
    }

    /// Tasks per unit of time.
    public var arrivalRate: Double {
        switch demand {
        case .rate(let rate): rate
        case .load(let load): load * (capacity ?? 0)
        }
    }

    /// The part of what the nodes can do that is asked of them, or `nil` if there is no limit to it.
    public var load: Double? {
        switch demand {
        case .load(let load): load
        case .rate(let rate): capacity.map { rate / $0 }
        }
    }
}
