import AMQPClient
import BrokerPool
import LoadBalancing
import LocalBroker
import NIOConcurrencyHelpers
import Testing

extension OnThreeBrokers {
    @Suite(.serialized) struct PoolPublisherTests {}
}

/// Publishing to three brokers as if they were one.
extension OnThreeBrokers.PoolPublisherTests {
    /// Publishes without a pause until `isEnough`, and returns the ids of what was confirmed.
    private func publish(
        _ publisher: PoolPublisher,
        _ queue: String,
        atLeast count: Int,
        while isWanted: @escaping @Sendable () -> Bool
    ) async throws -> Set<String> {
        let confirmed = NIOLockedValueBox<Set<String>>([])
        try await withThrowingTaskGroup { group in
            for lane in 0..<50 {
                group.addTask {
                    var number = 0
                    while number < count / 50 || isWanted() {
                        number += 1
                        var properties = BasicProperties.persistent
                        let id = "\(lane)-\(number)"
                        properties.messageID = id
                        let outcome = try await publisher.publish(
                            "x", routingKey: queue, properties: properties)
                        #expect(outcome == .confirmed)
                        confirmed.withLockedValue { _ = $0.insert(id) }
                    }
                }
            }
            try await group.waitForAll()
        }
        return confirmed.withLockedValue { $0 }
    }

    /// While everything flows, does something to the brokers; nothing that was confirmed may be missing afterwards.
    private func nothingIsLost(
        _ strategy: StrategyName = .default,
        change: (inout Balancing) -> Void = { _ in },
        while disturb: (ThreeBrokers, PoolPublisher) async throws -> Void
    ) async throws {
        try await ThreeBrokers.run { brokers in
            let publisher = try await brokers.publisher(strategy, change)
            let isDisturbing = NIOLockedValueBox(true)
            async let confirmed = publish(publisher, brokers.queue, atLeast: 5000) {
                isDisturbing.withLockedValue { $0 }
            }
            do {
                try await disturb(brokers, publisher)
                isDisturbing.withLockedValue { $0 = false }
            } catch {
                isDisturbing.withLockedValue { $0 = false }
                throw error
            }
            let expected = try await confirmed
            await publisher.close()
            let found = try await brokers.messages()
            let lost = expected.subtracting(found.keys).count
            #expect(lost == 0)
        }
    }

    @Test func everyNodeGetsItsShare() async throws {
        try await ThreeBrokers.run { brokers in
            let expected: [(StrategyName, [Double])] = [
                (.roundRobin, [1, 1, 1]), (.weighted, [4, 2, 1]), (.random, [1, 1, 1]),
            ]
            for (strategy, shares) in expected {
                let publisher = try await brokers.publisher(strategy) {
                    $0.weights = shares
                    // All are new, and start slowly otherwise.
                    $0.health.slowStart.window = 0
                }
                let before = publisher.status.map(\.published)
                let count = try await publish(publisher, brokers.queue, atLeast: 3000) { false }.count
                #expect(publisher.tally.confirmed == count && publisher.tally.total == count)
                for (index, status) in publisher.status.enumerated() {
                    let share = Double(status.published - before[index]) / Double(count)
                    #expect(abs(share - shares[index] / shares.reduce(0, +)) < 0.03, "\(strategy): \(share)")
                }
                await publisher.close()
            }
        }
    }

    @Test func aKilledNodeLosesNothingAndComesBack() async throws {
        try await nothingIsLost { brokers, publisher in
            try await publisher.waitUntil { $0.allSatisfy { $0.published > 100 } }
            try await brokers.brokers[1].killSynchronised()
            try await publisher.waitUntil { $0[1].condition == .disconnected }
            let before = publisher.status
            try await publisher.waitUntil { $0[0].published > before[0].published + 500 }
            try await brokers.brokers[1].startNode(1)
            try await publisher.waitUntil { $0[1].published > before[1].published + 100 }
        }
    }

    /// Its connections stay, and nothing answers: round robin would wait for it for ever.
    @Test(arguments: [StrategyName.adaptive, .roundRobin])
    func aPausedNodeLosesNothing(_ strategy: StrategyName) async throws {
        try await nothingIsLost(strategy, change: { $0.patience = .seconds(1) }) { brokers, publisher in
            try await publisher.waitUntil { $0.allSatisfy { $0.published > 100 } }
            try await brokers.brokers[2].pauseNode(1)
            try await publisher.waitUntil { $0[2].condition == .disconnected }
            let before = publisher.status
            try await publisher.waitUntil { $0[0].published > before[0].published + 500 }
            try await brokers.brokers[2].resumeNode(1)
            try await publisher.waitUntil { $0[2].published > before[2].published + 100 }
        }
    }

    /// Its connection stays, on which it says when the alarm is over; what it was given and did not answer goes elsewhere.
    @Test func aBlockedNodeGetsNothingUntilItsAlarmIsOver() async throws {
        try await nothingIsLost(change: { $0.patience = .milliseconds(500) }) { brokers, publisher in
            try await publisher.waitUntil { $0.allSatisfy { $0.published > 100 } }
            try await brokers.brokers[0].control("set_vm_memory_high_watermark", "0.000001")
            try await publisher.waitUntil { $0[0].condition == .blocked && $0[0].outstanding == 0 }
            let before = publisher.status
            try await publisher.waitUntil { $0[1].published > before[1].published + 1000 }
            #expect(publisher.status[0].condition == .blocked)
            #expect(publisher.status[0].published == before[0].published)
            try await brokers.brokers[0].control("set_vm_memory_high_watermark", "0.4")
            try await publisher.waitUntil { $0[0].published > before[0].published + 100 }
            #expect(publisher.status[0].ejections == 0, "an alarm is no failure")
        }
    }

    @Test func aNodeInMaintenanceIsLeftAndFoundAgain() async throws {
        try await nothingIsLost { brokers, publisher in
            try await publisher.waitUntil { $0.allSatisfy { $0.published > 100 } }
            try await brokers.brokers[1].control("drain", tool: "rabbitmq-upgrade")
            try await publisher.waitUntil { $0[1].condition == .draining }
            let before = publisher.status
            try await publisher.waitUntil { $0[0].published > before[0].published + 500 }
            #expect(publisher.status[1].ejections == 0, "maintenance is no failure")
            try await brokers.brokers[1].control("revive", tool: "rabbitmq-upgrade")
            try await publisher.waitUntil { $0[1].published > before[1].published + 100 }
        }
    }

    @Test func whatOneNodeRefusesAnotherTakes() async throws {
        try await ThreeBrokers.run { brokers in
            // On two of them the queue is full from the beginning.
            for url in brokers.urls.dropLast() {
                let connection = try await AMQPConnection.connect(to: url, options: TestBroker.options)
                try await connection.openChannel().declareQueue(
                    brokers.queue, arguments: ["x-max-length": .int32(0), "x-overflow": "reject-publish"])
                await connection.close()
            }
            let publisher = try await brokers.pool(.roundRobin).makePublisher { connection throws(AMQPError) in
                _ = try? await connection.openChannel().declareQueue(brokers.queue)
            }
            try await publisher.waitUntilAllAreThere()
            for _ in 0..<6 {
                #expect(try await publisher.publish("x", routingKey: brokers.queue) == .confirmed)
            }
            await publisher.close()
            #expect(try await brokers.messages().count == 6)
        }
    }

    @Test func nodesComeAndGoAtRunTime() async throws {
        try await ThreeBrokers.run { brokers in
            let pool = try brokers.pool(.roundRobin)
            let last = pool.addresses[2]
            try await pool.remove(last)
            let publisher = try await pool.makePublisher { connection throws(AMQPError) in
                try await connection.openChannel().declareQueue(brokers.queue)
            }
            try await publisher.waitUntilAllAreThere()
            #expect(publisher.status.count == 2)
            try pool.add(last)
            try await publisher.waitUntil { $0.count == 3 && $0[2].condition == .recovering }
            while publisher.status[2].published == 0 {
                #expect(try await publisher.publish("x", routingKey: brokers.queue) == .confirmed)
            }
            try await pool.remove(last)
            #expect(publisher.status.count == 2)
            await publisher.close()
        }
    }
}
