internal import LoadBalancing

/// Nanoseconds that a choice costs: alone, and with the news that the work began and ended, for every strategy, as the
/// live pool calls it (with health, the type known at run time only).
@main
struct PickBench: StrategyVisitor {
    var nodes: Int
    var name: StrategyName

    private static let times = 1_000_000

    static func main() {
        print("strategy            nodes    pick   pick, started, finished   (ns)")
        for nodes in [3, 100, 1000] {
            for name in StrategyName.allCases { name.accept(PickBench(nodes: nodes, name: name)) }
        }
    }

    func visit(_ strategy: some Strategy) {
        let (pick, work) = (pick(AnyStrategy(strategy)), work(AnyStrategy(strategy)))
        print("\(pad(name.description, 18))  \(pad("\(nodes)", 5))  \(pad("\(pick)", 5))  \(work)")
    }

    private func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private func balancer(_ strategy: AnyStrategy) -> Balancer<AnyStrategy> {
        Balancer(strategy, weights: Array(repeating: 1, count: nodes), seed: 1)
    }

    private func pick(_ strategy: AnyStrategy) -> Int {
        var balancer = balancer(strategy)
        var generator = Generator(seed: 1)
        // Something to choose by.
        for index in 0..<nodes {
            for _ in 0..<(1 + generator.below(5)) { balancer.started(on: NodeID(index), at: Instant(seconds: 0)) }
            balancer.finished(on: NodeID(index), after: 0.5, .succeeded, at: Instant(seconds: 0.5))
        }
        return measure { number in
            _ = balancer.pick(key: UInt64(number & 1023), at: Instant(seconds: 0.5 + Double(number) * 1e-7))
        }
    }

    /// Two pieces of work per node are under way all the time.
    private func work(_ strategy: AnyStrategy) -> Int {
        var balancer = balancer(strategy)
        var running: [(node: NodeID, since: Double)?] = Array(repeating: nil, count: 2 * nodes)
        return measure { number in
            let now = Double(number) * 0.001 / Double(nodes)
            let place = number % running.count
            if let (node, since) = running[place] {
                balancer.finished(on: node, after: now - since, .succeeded, at: Instant(seconds: now))
            }
            guard let node = balancer.pick(key: UInt64(number & 1023), at: Instant(seconds: now)) else { return }
            balancer.started(on: node, at: Instant(seconds: now))
            running[place] = (node, now)
        }
    }

    private func measure(_ body: (Int) -> Void) -> Int {
        let start = ContinuousClock.now
        for number in 0..<Self.times { body(number) }
        return Int((ContinuousClock.now - start) / .nanoseconds(1)) / Self.times
    }
}
