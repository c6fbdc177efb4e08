internal import AMQPClient
internal import BrokerPool
internal import Foundation
internal import LoadBalancing
internal import NIOConcurrencyHelpers
internal import Simulation

/// What part of the messages each of three live nodes gets, held against what the simulator says of nodes that answer as
/// these do.
///
/// First every node in turn gets messages over a plain connection: how long it takes to confirm, and how much that varies,
/// is all that the simulator is told of it. Then every strategy publishes for real, at random moments (Poisson) and a rate
/// that keeps no node busy; and it is simulated with the same moments.
struct PoolShares {
    var messages: Int
    var topology: BrokerTopology
    var queue: String
    var urls: [String]

    /// Per second.
    private static let rate = 1500.0

    func run() async throws -> Bool {
        var worst = 0.0
        for strategy in StrategyName.allCases where strategy != .hash {
            let weights: [Double] = [.weighted, .weightedRandom].contains(strategy) ? [2, 1, 1] : [1, 1, 1]
            // Anew for each: what a machine does beside it changes.
            let latencies = try await measureLatencies()
            // It follows one slow answer for ten seconds, so that a run must be long against that.
            let count = strategy == .peakEWMA ? 10 * messages : messages
            let (live, moments) = try await measure(strategy, weights, count)
            var runs: [[Double]] = []
            for seed in 1...5 {
                runs.append(try await simulate(strategy, weights, latencies, moments, seed: UInt64(seed)))
            }
            let simulated = live.indices.map { node in Self.mean(runs.map { $0[node] }) }
            let spread = live.indices.map { node in
                Self.mean(runs.map { ($0[node] - simulated[node]) * ($0[node] - simulated[node]) }).squareRoot()
            }
            let difference = zip(live, simulated).map { abs($0 - $1) }.max() ?? 0
            worst = max(worst, difference)
            say(
                "  \(strategy): live \(Self.text(live)), simulated \(Self.text(simulated)) (± "
                    + "\(Self.percent(spread.max() ?? 0)) from run to run), \(Self.percent(difference)) points apart "
                    + "(confirms after " + latencies.map { Self.milliseconds(Self.mean($0)) }.joined(separator: ", ")
                    + " ms)")
        }
        return worst <= 0.02
    }

    // MARK: Live

    /// Moments of a Poisson process, and what is done at each.
    private static func atRandomMoments(
        _ count: Int,
        _ body: (Int) async throws -> Void
    ) async throws -> [Double] {
        var generator = SystemRandomNumberGenerator()
        let start = ContinuousClock.now
        var next = 0.0
        var moments: [Double] = []
        for number in 0..<count {
            next += -log(1 - Double.random(in: 0..<1, using: &generator)) / rate
            let due = start + .seconds(next)
            if ContinuousClock.now < due { try await Task.sleep(until: due) }
            moments.append((ContinuousClock.now - start) / .seconds(1))
            try await body(number)
        }
        return moments
    }

    /// Seconds from publish to confirm, of each node.
    private func measureLatencies() async throws -> [[Double]] {
        let latencies = NIOLockedValueBox([[Double]](repeating: [], count: urls.count))
        var publishers: [Publisher] = []
        for url in urls {
            let connection = try await AMQPConnection.connect(to: url)
            try await connection.openChannel().declareQueue(queue, arguments: PoolRounds.arguments(topology))
            publishers.append(try await connection.makePublisher())
        }
        let count = publishers.count
        _ = try await Self.atRandomMoments(messages / 5) { [publishers] number in
            let start = ContinuousClock.now
            try await publishers[number % count].publishDeferred("0", routingKey: queue) { _ in
                let latency = (ContinuousClock.now - start) / .seconds(1)
                latencies.withLockedValue { $0[number % count].append(latency) }
            }
        }
        for publisher in publishers {
            try await publisher.drain()
            await publisher.connection.close()
        }
        try await purge()
        return latencies.withLockedValue { $0 }
    }

    /// - Returns: The shares, and the moments at which was published.
    private func measure(
        _ strategy: StrategyName,
        _ weights: [Double],
        _ count: Int
    ) async throws -> ([Double], [Double]) {
        let publisher = try await PoolRounds.publisher(urls, topology, strategy, weights: weights)
        let before = publisher.status.map(\.published)
        let moments = try await Self.atRandomMoments(count) { _ in
            try await publisher.publishDeferred("0", routingKey: queue)
        }
        try await publisher.drain()
        let counts = zip(publisher.status.map(\.published), before).map { Double($0 - $1) }
        await publisher.close()
        try await purge()
        return (counts.map { $0 / counts.reduce(0, +) }, moments)
    }

    private func purge() async throws {
        for url in urls {
            let connection = try await AMQPConnection.connect(to: url)
            _ = try await connection.openChannel().purgeQueue(queue)
            await connection.close()
        }
    }

    // MARK: Simulated

    private func simulate(
        _ strategy: StrategyName,
        _ weights: [Double],
        _ latencies: [[Double]],
        _ moments: [Double],
        seed: UInt64
    ) async throws -> [Double] {
        let means = latencies.map(Self.mean)
        // How a latency varies around its node's mean.
        let variations = zip(latencies, means).flatMap { latencies, mean in latencies.map { $0 / mean } }
        var scenario = Scenario()
        scenario.nodes = zip(means, weights).map { SimulatedNode(speed: 1 / $0, parallelism: nil, weight: $1) }
        scenario.arrivals = .trace(
            Trace(moments.map { TracedTask(arrivesAt: $0, work: variations.randomElement() ?? 1) }))
        scenario.tasks = moments.count
        return try await scenario.run(.strategy(strategy), seed: seed).nodes.map(\.share)
    }

    // MARK: Telling

    private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(1, values.count)) }
    private static func text(_ shares: [Double]) -> String { shares.map(percent).joined(separator: " ") }
    private static func milliseconds(_ seconds: Double) -> String { number(seconds * 1000) }

    private static func percent(_ part: Double) -> String { number(part * 100) }
    private static func number(_ value: Double) -> String { value.formatted(.number.precision(.fractionLength(1))) }
}
