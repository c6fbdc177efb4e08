internal import AMQPClient
internal import BrokerPool
internal import Foundation
internal import LoadBalancing
internal import LocalBroker
internal import NIOConcurrencyHelpers

/// Three nodes behind one publisher: how the work is shared, and what happens to it when one of them fails.
struct PoolRounds {
    var tasks: Int
    /// Messages for each strategy.
    var shares: Int
    var topology: BrokerTopology

    private static let queue = "chaos"

    /// What is done to a node, and what ends it.
    private enum Fault: String, CaseIterable {
        case kill, pause, maintenance, alarm
    }

    /// One node, wherever it runs.
    private struct Node: Sendable {
        var broker: RunningBroker
        var number: Int

        func begin(_ fault: Fault) async throws {
            switch fault {
            case .kill: try await broker.killNode(number)
            case .pause: try await broker.pauseNode(number)
            case .maintenance: try await broker.control("drain", node: number, tool: "rabbitmq-upgrade")
            case .alarm: try await broker.control("set_vm_memory_high_watermark", "0.000001", node: number)
            }
        }

        func end(_ fault: Fault) async throws {
            switch fault {
            case .kill: try await broker.startNode(number)
            case .pause: try await broker.resumeNode(number)
            case .maintenance: try await broker.control("revive", node: number, tool: "rabbitmq-upgrade")
            case .alarm: try await broker.control("set_vm_memory_high_watermark", "0.6", node: number)
            }
        }
    }

    func run() async throws -> Bool {
        say("three nodes (\(topology.rawValue))")
        switch topology {
        case .cluster:
            return try await LocalBroker.run(nodes: 3) { broker in
                try await run((1...3).map { Node(broker: broker, number: $0) }, broker.urls)
            }
        case .independent:
            return try await LocalBroker.run { first in
                try await LocalBroker.run { second in
                    try await LocalBroker.run { third in
                        let brokers = [first, second, third]
                        return try await run(
                            brokers.map { Node(broker: $0, number: 1) }, brokers.map(\.url))
                    }
                }
            }
        }
    }

    private func run(_ nodes: [Node], _ urls: [String]) async throws -> Bool {
        var holds = true
        if shares > 0 {
            holds = try await PoolShares(messages: shares, topology: topology, queue: Self.queue, urls: urls).run()
        }
        // A cluster has one alarm: it blocks the publishers of all nodes.
        for fault in Fault.allCases where tasks > 0 && (topology == .independent || fault != .alarm) {
            holds = try await disturb(nodes, urls, fault) && holds
        }
        return holds
    }

    private func disturb(_ nodes: [Node], _ urls: [String], _ fault: Fault) async throws -> Bool {
        let ledger = TotalQueue()
        let publisher = try await Self.publisher(urls, topology)
        let watch = PoolWatch(publisher, node: 1)
        let share = tasks / Fault.allCases.count
        let isDisturbing = NIOLockedValueBox(true)
        async let flowing: Void = flow(publisher, ledger, watch, atLeast: share) {
            isDisturbing.withLockedValue { $0 }
        }
        var recovery: Duration?
        do {
            try await watch.waitForTraffic()
            watch.begin()
            try await nodes[1].begin(fault)
            try await Task.sleep(for: .seconds(8))
            watch.end()
            try await nodes[1].end(fault)
            recovery = try await watch.fairShare(within: .seconds(60))
        } catch {
            isDisturbing.withLockedValue { $0 = false }
            throw error
        }
        isDisturbing.withLockedValue { $0 = false }
        try await flowing
        await publisher.close()
        try await Self.consume(urls, topology, ledger)
        let result = ledger.result
        say(
            "  \(fault.rawValue): \(result.confirmed) confirmed, lost \(result.lost.count), duplicates "
                + "\(result.duplicates); longest silence \(Self.text(watch.longestSilence)), last task for it "
                + "\(Self.text(watch.lastTask)) later, fair share "
                + (recovery.map { "\(Self.text($0)) after its return" } ?? "not within 60 s"))
        return result.isValid && recovery != nil && watch.longestSilence < .seconds(1)
    }

    static func publisher(
        _ urls: [String],
        _ topology: BrokerTopology,
        _ strategy: StrategyName = .default,
        weights: [Double] = []
    ) async throws -> PoolPublisher {
        var balancing = Balancing(topology: topology, strategy: strategy)
        balancing.weights = weights
        balancing.patience = .seconds(2)
        return try await BrokerPool(uris: urls.joined(separator: ","), balancing: balancing)
            .makePublisher(window: 100) { connection throws(AMQPError) in
                try await connection.openChannel().declareQueue(queue, arguments: arguments(topology))
            }
    }

    /// What the queue is declared with.
    static func arguments(_ topology: BrokerTopology) -> FieldTable {
        topology == .cluster ? ["x-queue-type": "quorum"] : [:]
    }

    /// Publishes from fifty tasks at once, until enough is published and nobody wants more.
    private func flow(
        _ publisher: PoolPublisher,
        _ ledger: TotalQueue,
        _ watch: PoolWatch,
        atLeast count: Int,
        while isWanted: @escaping @Sendable () -> Bool
    ) async throws {
        let next = NIOLockedValueBox(0)
        try await withThrowingTaskGroup { group in
            for _ in 0..<50 {
                group.addTask {
                    while true {
                        let number = next.withLockedValue { number in
                            number += 1
                            return number
                        }
                        guard number <= count || isWanted() else { return }
                        ledger.attempt(number)
                        let outcome = try await publisher.publish(MessageBody("\(number)"), routingKey: Self.queue)
                        guard outcome.isConfirmed else { continue }
                        ledger.confirm(number)
                        watch.confirmed()
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Takes everything that is in the queues.
    private static func consume(_ urls: [String], _ topology: BrokerTopology, _ ledger: TotalQueue) async throws {
        for url in topology == .cluster ? [urls[0]] : urls {
            let connection = try await AMQPConnection.connect(to: url)
            let channel = try await connection.openChannel()
            let consumer = try await channel.consume(queue, prefetch: 1000)
            let handled = NIOLockedValueBox(0)
            let taking = Task {
                for try await delivery in consumer {
                    if let number = Int(delivery.body.text) { ledger.receive(number) }
                    try delivery.ack()
                    handled.withLockedValue { $0 += 1 }
                }
            }
            while true {
                let before = handled.withLockedValue { $0 }
                let ready = try await channel.declareQueue(queue, passive: true).messageCount
                if ready == 0, consumer.deliveryCount == before, handled.withLockedValue({ $0 }) == before { break }
                try await Task.sleep(for: .milliseconds(100))
            }
            try await consumer.cancel()
            try await taking.value
            await connection.close()
        }
    }

    private static func text(_ duration: Duration) -> String {
        duration.formatted(.units(allowed: [.seconds], fractionalPart: .show(length: 3)))
    }
}
