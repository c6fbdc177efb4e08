/// The strategies by the names that the command line knows them by.
public enum StrategyName: String, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    case adaptive
    case leastOutstanding = "least-outstanding"
    case powerOfTwoChoices = "p2c"
    case peakEWMA = "peak-ewma"
    case roundRobin = "round-robin"
    case weighted
    case random
    case weightedRandom = "weighted-random"
    case hash

    /// Where nothing else is asked for: see ``ShortestExpectedDelay`` for the measurements that decided it.
    public static let `default` = StrategyName.adaptive

    /// - Parameter text: As it is printed, in upper or lower case.
    public init(_ text: some StringProtocol) throws(UnknownStrategy) {
        guard let name = StrategyName(rawValue: text.lowercased()) else { throw UnknownStrategy(text: String(text)) }
        self = name
    }

    public var description: String { rawValue }

    /// What it does, in one line.
    public var summary: String {
        switch self {
        case .adaptive: "where it will be done first, by learned speed and outstanding work"
        case .leastOutstanding: "the node with the least outstanding work for its weight"
        case .powerOfTwoChoices: "the less loaded of two nodes taken at random"
        case .peakEWMA: "the better of two nodes taken at random, by latency and outstanding work"
        case .roundRobin: "one after the other, equal turns"
        case .weighted: "one after the other, turns by weight, spread out evenly"
        case .random: "any node, each as likely"
        case .weightedRandom: "any node, as likely as its weight says"
        case .hash: "the same node for the same key, unless it has too much"
        }
    }

    /// Makes the strategy with its defaults, and runs code that is generic over it.
    public func accept<Visitor: StrategyVisitor>(_ visitor: Visitor) throws(Visitor.Failure) -> Visitor.Result {
        switch self {
        case .adaptive: try visitor.visit(ShortestExpectedDelay())
        case .leastOutstanding: try visitor.visit(LeastOutstanding())
        case .powerOfTwoChoices: try visitor.visit(PowerOfTwoChoices())
        case .peakEWMA: try visitor.visit(PeakEWMA())
        case .roundRobin: try visitor.visit(RoundRobin())
        case .weighted: try visitor.visit(SmoothWeightedRoundRobin())
        case .random: try visitor.visit(RandomChoice())
        case .weightedRandom: try visitor.visit(WeightedRandom())
        case .hash: try visitor.visit(BoundedLoadHashing())
        }
    }

    /// The strategy with its defaults, where its type is decided at run time.
    public func make() -> AnyStrategy {
        accept(Boxing())
    }
}

private struct Boxing: StrategyVisitor {
    func visit(_ strategy: some Strategy) -> AnyStrategy { AnyStrategy(strategy) }
}
