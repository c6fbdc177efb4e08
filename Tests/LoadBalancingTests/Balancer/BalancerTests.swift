import Testing

@testable import LoadBalancing

@Suite struct BalancerTests {
    private func balancer(_ weights: [Double] = [1, 1, 1], connected: Bool = true) -> Balancer<RoundRobin> {
        Balancer(RoundRobin(), weights: weights, seed: 1, connected: connected)
    }

    private func work(
        _ balancer: inout Balancer<RoundRobin>,
        _ count: Int,
        at now: Instant,
        _ outcome: (NodeID) -> Outcome = { _ in .succeeded }
    ) -> [Int] {
        (0..<count).compactMap { _ in
            guard let node = balancer.pick(key: nil, at: now) else { return nil }
            balancer.started(on: node, at: now)
            balancer.finished(on: node, after: 0.1, outcome(node), at: now)
            return node.index
        }
    }

    @Test func aFailingNodeIsOutAfterFiveFailures() {
        var balancer = balancer()
        let picks = work(&balancer, 60, at: 1) { $0 == 1 ? .failed : .succeeded }
        #expect(picks.histogram(3)[1] == 5)
        #expect(balancer.status(of: 1)?.condition == .ejected(until: 31))
        #expect(balancer.nextChange == 31)
    }

    @Test func thereIsExactlyOneProbePerEjection() {
        var balancer = balancer()
        var probes: [Double] = []
        // Two picks per second, of which each ends after 10 s; node 1 fails all.
        var out: [(end: Double, node: NodeID)] = []
        for step in 0..<2000 {
            let now = Double(step) / 2
            while let first = out.first, first.end <= now {
                out.removeFirst()
                let outcome = first.node == 1 ? Outcome.failed : .succeeded
                balancer.finished(on: first.node, after: 10, outcome, at: Instant(seconds: now))
            }
            guard let node = balancer.pick(key: nil, at: Instant(seconds: now)) else { continue }
            balancer.started(on: node, at: Instant(seconds: now))
            out.append((now + 10, node))
            if node == 1, now > 30 { probes.append(now) }
        }
        // Ejected when its fifth piece fails; then for 30, 60, 120, 240 and 300 s, and 10 s for each probe.
        let gaps = zip(probes, probes.dropFirst()).map { $1 - $0 }
        #expect(gaps == [70, 130, 250, 310])
    }

    @Test func aNodeComesBackByItsProbeAndSlowly() {
        var balancer = Balancer(SmoothWeightedRoundRobin(), weights: [1, 1], seed: 1)
        balancer.connectionLost(1, at: 0)
        #expect(balancer.pick(key: nil, at: 1) == 0)
        balancer.connected(1, at: 5)
        #expect(balancer.pick(key: nil, at: 5) == 1)
        balancer.started(on: 1, at: 5)
        #expect(balancer.pick(key: nil, at: 5) == 0)
        balancer.finished(on: 1, after: 1, .succeeded, at: 6)
        #expect(balancer.status(of: 1)?.weight == 0.1)
        #expect(balancer.nextChange == 7)
        _ = balancer.pick(key: nil, at: 21)
        #expect(balancer.status(of: 1)?.weight == 0.5)
        #expect(balancer.status(of: 1).map { abs($0.share - 1.0 / 3) < 1e-12 } == true)
        _ = balancer.pick(key: nil, at: 36)
        #expect(balancer.status(of: 1)?.weight == 1)
        #expect(balancer.nextChange == Instant(seconds: .infinity))
    }

    @Test func whenMostAreOutHealthIsIgnored() {
        var balancer = balancer([1, 1, 1, 1, 1])
        _ = work(&balancer, 25, at: 0) { $0.index < 2 ? .failed : .succeeded }
        #expect(!balancer.isPanicking)
        #expect(Set(work(&balancer, 10, at: 0)) == [2, 3, 4])
        // Four are out of five, which is most; the one that is left does not get everything.
        for _ in 0..<5 { balancer.finished(on: 2, after: 1, .failed, at: 1) }
        #expect(balancer.isPanicking)
        #expect(Set(work(&balancer, 10, at: 1)) == [0, 1, 2, 3, 4])
    }

    @Test func panicLeavesOutWhatIsNotReachable() {
        var balancer = balancer([1, 1, 1, 1, 1])
        _ = work(&balancer, 25, at: 0) { $0.index < 2 ? .failed : .succeeded }
        balancer.drain(3, at: 1)
        balancer.block(4, at: 1)
        // Of the three that are reachable one is fit.
        #expect(balancer.isPanicking)
        #expect(Set(work(&balancer, 12, at: 1)) == [0, 1, 2])
    }

    @Test func aSingleNodeIsNeverOut() {
        var balancer = balancer([1])
        #expect(work(&balancer, 20, at: 0) { _ in .failed }.count == 20)
        #expect(balancer.isPanicking)
    }

    @Test func drainedBlockedAndRemovedNodesGetNothing() {
        var balancer = balancer([1, 1, 1, 1])
        balancer.drain(0, at: 1)
        balancer.block(1, at: 1)
        balancer.remove(2)
        #expect(Set(work(&balancer, 8, at: 1)) == [3])
        #expect(balancer.statuses.map(\.condition) == [.draining, .blocked, .removed, .available])
        #expect(balancer.statuses.map(\.ejections) == [0, 0, 0, 0])
        balancer.undrain(0, at: 2)
        balancer.unblock(1, at: 2)
        balancer.setWeight(1, of: 2)
        #expect(Set(work(&balancer, 8, at: 2)) == [0, 1, 2, 3])
    }

    @Test func nothingIsPickedBeforeAConnection() {
        var balancer = balancer(connected: false)
        #expect(balancer.pick(key: nil, at: 0) == nil)
        balancer.connected(1, at: 1)
        #expect(work(&balancer, 3, at: 1) == [1, 1, 1])
        #expect(balancer.statuses.map(\.condition) == [.disconnected, .available, .disconnected])
    }

    @Test func anAddedNodeStartsSlowly() {
        var balancer = balancer()
        let node = balancer.add(at: 10)
        #expect(node == 3)
        #expect(balancer.status(of: node)?.condition == .recovering)
        #expect(balancer.status(of: node)?.weight == 0.1)
        _ = balancer.pick(key: nil, at: 40)
        #expect(balancer.status(of: node)?.condition == .available)
    }

    @Test func anExcludedNodeIsNotPickedAndLosesNothingElse() {
        for name in StrategyName.allCases {
            var balancer = Balancer(name.make(), weights: [1, 1, 1], seed: 3)
            for _ in 0..<20 {
                #expect(balancer.pick(key: 7, excluding: [0, 1], at: 0) == 2)
                #expect(balancer.pick(key: nil, excluding: [1, 1, 99, -4], at: 0).map { $0 != 1 } == true)
            }
            #expect(balancer.pick(key: nil, excluding: [0, 1, 2], at: 0) == nil)
            #expect(balancer.pick(key: 7, excluding: CollectionOfOne(NodeID(5)), at: 0) != nil)
            #expect(balancer.statuses.map(\.weight) == [1, 1, 1])
        }
    }

    @Test func aProbeIsNotSentToAnExcludedNode() {
        var balancer = balancer()
        balancer.connectionLost(1, at: 0)
        balancer.connected(1, at: 1)
        #expect(balancer.pick(key: nil, excluding: [1], at: 1) != 1)
        #expect(balancer.pick(key: nil, excluding: [0], at: 1) == 1)
    }

    @Test func statusesCountTheWork() {
        var balancer = balancer([1, 3, 0])
        balancer.started(on: 0, at: 0)
        balancer.started(on: 0, at: 0)
        balancer.finished(on: 0, after: 0.8, .succeeded, at: 1)
        balancer.started(on: 1, at: 1)
        balancer.finished(on: 1, after: 0.8, .succeeded, at: 1)
        balancer.finished(on: 1, after: 1.6, .failed, at: 1)
        balancer.finished(on: 1, after: 9, .abandoned, at: 1)
        let statuses = balancer.statuses
        #expect(statuses.map(\.outstanding) == [1, 0, 0])
        #expect(statuses.map(\.started) == [2, 1, 0])
        #expect(statuses.map(\.share) == [0.25, 0.75, 0])
        #expect(statuses[0].latency == 0.8)
        #expect(statuses[1].latency.map { abs($0 - 0.9) < 1e-12 } == true)
        #expect(statuses[2].latency == nil)
        #expect(balancer.status(of: 3) == nil)
        #expect(balancer.status(of: -1) == nil)
    }

    @Test func withoutAPolicyFailuresDoNotCount() {
        var balancer = Balancer(RoundRobin(), weights: [1, 1], policy: nil, seed: 1)
        #expect(Set(work(&balancer, 100, at: 0) { _ in .failed }) == [0, 1])
        balancer.connectionLost(0, at: 1)
        #expect(Set(work(&balancer, 4, at: 1)) == [1])
        balancer.connected(0, at: 2)
        #expect(Set(work(&balancer, 4, at: 2)) == [0, 1])
    }

    @Test func theSameSeedAndEventsGiveTheSameChoices() {
        #expect(stormyChoices(seed: 4) == stormyChoices(seed: 4))
        #expect(stormyChoices(seed: 4) != stormyChoices(seed: 5))
    }

    @Test func noNodesAtAllGiveNone() {
        var balancer = balancer([])
        #expect(balancer.pick(key: nil, at: 0) == nil)
        #expect(balancer.pick(key: 1, excluding: [0], at: 0) == nil)
        #expect(balancer.statuses.isEmpty)
        var useless = self.balancer([0, -1, .nan, -.infinity])
        #expect(useless.pick(key: nil, at: 0) == nil)
    }

    /// Anything may happen to any node at any time, and only usable nodes are picked.
    private func stormyChoices(seed: UInt64) -> [Int] {
        var events = Generator(seed: 99)
        var balancer = Balancer(PowerOfTwoChoices(), weights: Array(repeating: 1, count: 6), seed: seed)
        var choices: [Int] = []
        for step in 0..<5000 {
            let now = Instant(seconds: Double(step) / 10)
            let node = NodeID(events.below(8) - 1)
            switch events.below(40) {
            case 0: balancer.connectionLost(node, at: now)
            case 1...4: balancer.connected(node, at: now)
            case 5: balancer.block(node, at: now)
            case 6...8: balancer.unblock(node, at: now)
            case 9: balancer.drain(node, at: now)
            case 10...12: balancer.undrain(node, at: now)
            case 13: balancer.setWeight(2 * events.unit(), of: node)
            case 14...19: balancer.finished(on: node, after: events.unit(), .failed, at: now)
            default: balancer.finished(on: node, after: events.unit(), .succeeded, at: now)
            }
            guard let picked = balancer.pick(key: nil, at: now) else { continue }
            #expect(balancer.members[picked.index].isCandidate)
            balancer.started(on: picked, at: now)
            choices.append(picked.index)
        }
        return choices
    }
}

/// What put a node out is no part of how fast it is when it comes back.
@Suite struct ReturnTests {
    @Test(arguments: [StrategyName.adaptive, .peakEWMA, .leastOutstanding])
    func aNodeThatWasLostGetsItsShareAgain(_ name: StrategyName) {
        var balancer = Balancer(
            name.make(), weights: [1, 1, 1], policy: HealthPolicy(slowStart: SlowStart(window: 10)), seed: 1)
        var now = Instant(seconds: 0)
        /// Ten pieces of work at a time, a millisecond each, as long as that.
        func work(_ seconds: Double) -> [Int] {
            var counts = [0, 0, 0]
            let end = now + seconds
            while now < end {
                let nodes = (0..<10).compactMap { _ -> NodeID? in
                    let node = balancer.pick(key: nil, at: now)
                    if let node { balancer.started(on: node, at: now) }
                    return node
                }
                now = now + 0.001
                for node in nodes {
                    counts[node.index] += 1
                    balancer.finished(on: node, after: 0.001, .succeeded, at: now)
                }
            }
            return counts
        }
        _ = work(5)
        let lost = (0..<20).map { _ in balancer.started(on: NodeID(1), at: now) }.count
        balancer.connectionLost(NodeID(1), at: now)
        for _ in 0..<lost { balancer.finished(on: NodeID(1), after: 0.5, .failed, at: now) }
        #expect(work(30)[1] == 0)
        balancer.connected(NodeID(1), at: now)
        _ = work(10)
        let counts = work(5)
        let share = Double(counts[1]) / Double(counts.reduce(0, +))
        #expect(abs(share - 1 / 3) < 0.05, "\(name): \(share)")
    }
}

/// Work that is nearest to its goal on one node.
@Suite struct PreferenceTests {
    private func shares(_ balancer: inout Balancer<RoundRobin>, at time: Double) -> [Int] {
        var counts = [0, 0, 0]
        for _ in 0..<3000 {
            guard let node = balancer.pick(key: nil, preferring: 1, at: Instant(seconds: time)) else { continue }
            counts[node.index] += 1
        }
        return counts
    }

    @Test func theNodeGetsAllThatItMayHave() {
        var balancer = Balancer(RoundRobin(), weights: [1, 1, 1], seed: 1)
        #expect(shares(&balancer, at: 0) == [0, 3000, 0])
        balancer.block(1, at: 1)
        #expect(shares(&balancer, at: 1) == [1500, 0, 1500])
        balancer.unblock(1, at: 2)
        #expect(shares(&balancer, at: 2) == [0, 3000, 0])
    }

    @Test func inItsSlowStartItGetsAPart() {
        var balancer = Balancer(RoundRobin(), weights: [1, 1, 1], seed: 1)
        balancer.connectionLost(1, at: 0)
        balancer.connected(1, at: 10)
        // Its probe, and then a tenth by preference and a third of the rest in turn.
        #expect(balancer.pick(key: nil, preferring: 0, at: 10) == 1)
        balancer.started(on: 1, at: 10)
        balancer.finished(on: 1, after: 0.1, .succeeded, at: 10)
        let counts = shares(&balancer, at: 10.5)
        #expect((1050...1350).contains(counts[1]) && abs(counts[0] - counts[2]) <= 1)
    }

    @Test func aNodeThatDoesNotExistIsNotPreferred() {
        var balancer = Balancer(RoundRobin(), weights: [1, 1], seed: 1)
        #expect(balancer.pick(key: nil, preferring: 7, at: 0) == 0)
        #expect(balancer.pick(key: nil, preferring: -1, at: 0) == 1)
    }
}
