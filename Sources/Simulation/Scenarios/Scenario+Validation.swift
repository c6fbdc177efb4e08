extension Scenario {
    /// - Throws: What makes it impossible to simulate.
    public func validate() throws(ScenarioError) {
        func require(_ condition: Bool, _ problem: String, _ expected: String) throws(ScenarioError) {
            if !condition { throw ScenarioError(line: 0, problem: problem, expected: expected) }
        }
        try require((1...ScenarioParser.mostNodes).contains(nodes.count), "\(nodes.count) nodes", "1 to a million")
        try require(nodes.allSatisfy(\.isValid), "a node that cannot work", "speed and parallelism above 0")
        try require((1...1_000_000_000).contains(tasks), "\(tasks) tasks", "1 to a billion")
        try require(service.isValid, "no task can take such a time", "a distribution of times above 0")
        try require(networkDelay >= 0 && networkDelay.isFinite, "a delay of \(networkDelay)", "at least 0")
        try require((timeout ?? 1) > 0 && (limit ?? 1) > 0, "a timeout or limit of 0", "more")
        try require((prefetch ?? 1) > 0, "a prefetch of 0", "at least 1")
        try require(faults.allSatisfy { nodes.indices.contains($0.node) }, "a fault of no node", "one of the nodes")
        try require(faults.allSatisfy(\.isValid), "a fault without a beginning", "from 0 on, and a factor above 0")
        if case .load = demand, arrivals.needsRate {
            try require(capacity != nil, "a load of nodes without limit", "a rate, as they can do everything")
        }
        if arrivals.needsRate {
            try require(arrivalRate > 0 && arrivalRate.isFinite, "\(arrivalRate) tasks per unit of time", "more")
        }
    }
}

extension SimulatedNode {
    fileprivate var isValid: Bool {
        speed > 0 && speed.isFinite && (parallelism ?? 1) > 0 && weight >= 0 && weight.isFinite
    }
}

extension Fault {
    fileprivate var isValid: Bool {
        if case .slow(let factor) = kind, !(factor > 0 && factor.isFinite) { return false }
        return from >= 0 && from.isFinite && until > from
    }
}

extension Arrivals {
    /// Whether the rate says when tasks come.
    fileprivate var needsRate: Bool {
        switch self {
        case .poisson, .regular, .batches, .bursts: true
        case .atOnce, .trace: false
        }
    }
}
