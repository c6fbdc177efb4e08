internal import AMQPClient
internal import BrokerPool
internal import Foundation
internal import LoadBalancing
internal import NIOConcurrencyHelpers
internal import Simulation

/// What part of the messages each of three live nodes gets, held against what the simulator says of three equal ones.
struct PoolShares {
    var topology: BrokerTopology
    var queue: String
    var urls: [String]

    private static let messages = 100_000
    /// Messages on their way at a time.
    private static let lanes = 20

    func run() async throws -> Bool {
        let weights: [StrategyName: [Double]] = [.weighted: [2, 1, 1], .weightedRandom: [2, 1, 1]]
        var worst = 0.0
        for strategy in StrategyName.allCases where strategy != .hash {
            let weights = weights[strategy] ?? [1, 1, 1]
            let live = try await measure(strategy, weights)
            let simulated = try await simulate(strategy, weights)
            let difference = zip(live, simulated).map { abs($0 - $1) }.max() ?? 0
            worst = max(worst, difference)
            print(
                "  \(strategy): live \(Self.text(live)), simulated \(Self.text(simulated)), "
                    + "\(Self.percent(difference)) points apart")
        }
        return worst <= 0.02
    }

    private func measure(_ strategy: StrategyName, _ weights: [Double]) async throws -> [Double] {
        let publisher = try await PoolRounds.publisher(urls, topology, strategy, weights: weights)
        let before = publisher.status.map(\.published)
        let left = NIOLockedValueBox(Self.messages)
        try await withThrowingTaskGroup { group in
            for _ in 0..<Self.lanes {
                group.addTask {
                    while left.withLockedValue({ left in
                        left -= 1
                        return left >= 0
                    }) {
                        _ = try await publisher.publish("0", routingKey: queue)
                    }
                }
            }
            try await group.waitForAll()
        }
        let counts = zip(publisher.status.map(\.published), before).map { Double($0 - $1) }
        await publisher.close()
        for url in urls {
            let connection = try await AMQPConnection.connect(to: url)
            _ = try await connection.openChannel().purgeQueue(queue)
            await connection.close()
        }
        return counts.map { $0 / counts.reduce(0, +) }
    }

    private func simulate(_ strategy: StrategyName, _ weights: [Double]) async throws -> [Double] {
        var scenario = Scenario()
        scenario.nodes = weights.map { SimulatedNode(weight: $0) }
        scenario.demand = .load(0.5)
        scenario.tasks = Self.messages
        return try await scenario.run(.strategy(strategy), seed: 1).nodes.map(\.share)
    }

    private static func text(_ shares: [Double]) -> String { shares.map(percent).joined(separator: " ") }

    private static func percent(_ part: Double) -> String {
        (part * 100).formatted(.number.precision(.fractionLength(1)))
    }
}
