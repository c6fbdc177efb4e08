internal import ArgumentParser
internal import BrokerPool
internal import LoadBalancing

/// How work is shared over several nodes.
struct BalancingOptions: ParsableArguments, Sendable {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "How a node is chosen for each message, if there are several: \(StrategyName.list).",
            discussion: StrategyName.allCases.map { "\($0): \($0.summary)." }.joined(separator: "\n"),
            valueName: "name"),
        transform: StrategyName.argument)
    var strategy = StrategyName.default

    @Flag(
        name: .long,
        help: ArgumentHelp(
            "The nodes are brokers of their own, each with its own queues.",
            discussion: "Without it they are nodes of one cluster, where a queue is the same on all of them."))
    var independent = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The part of the work that each node should get, in the order of the nodes, as 2,1,1.", valueName: "w,w"))
    var weights: String?

    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp(
            "The management API of the nodes, as http://host:15672, or only its port.",
            discussion: """
                May be repeated, in the order of the nodes. Messages then go to the node where their queue's leader is, \
                and --status shows how many wait.
                """,
            valueName: "url"))
    var management: [String] = []

    private var managementAccess: ManagementAccess? {
        guard !management.isEmpty else { return nil }
        var access = ManagementAccess()
        if management.count == 1, let port = Int(management[0]), (1...65535).contains(port) {
            access.port = port
        } else {
            access.urls = management
        }
        return access
    }

    private var parsedWeights: [Double]? {
        guard let weights else { return [] }
        let parsed = weights.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
        return parsed.contains(nil) ? nil : parsed.compactMap(\.self)
    }

    mutating func validate() throws {
        guard let weights = parsedWeights, weights.allSatisfy({ $0 > 0 && $0.isFinite }) else {
            throw ValidationError("--weights are numbers above 0, separated by commas; leave a node out instead of 0")
        }
    }

    func balancing() -> Balancing {
        var balancing = Balancing(topology: independent ? .independent : .cluster, strategy: strategy)
        balancing.weights = parsedWeights ?? []
        balancing.management = managementAccess
        return balancing
    }
}

extension StrategyName {
    static var list: String { allCases.map(\.description).joined(separator: ", ") }

    static func argument(_ text: String) throws -> StrategyName {
        do throws(UnknownStrategy) {
            return try StrategyName(text)
        } catch {
            throw ValidationError(error.description)
        }
    }
}
