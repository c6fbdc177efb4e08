internal import AMQPClient
internal import Foundation
internal import LocalBroker
internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOPosix

/// One node, killed with SIGKILL and started again under load. Every publisher and every consumer has to go on by itself,
/// soon after the listener is back.
struct KillRounds {
    var rounds: Int
    var clients: Int
    var rate: Int

    private static let queue = "chaos"

    func run() async throws -> Bool {
        say(
            "killing a node \(rounds) times under \(rate) messages/s from \(clients) publishers to \(clients) consumers"
        )
        return try await LocalBroker.run { broker in
            let ledger = TotalQueue()
            let traffic = Traffic(ledger: ledger)
            let parties = try await start(broker.url, traffic)
            var worst: [Duration] = []
            for round in 1...rounds {
                // Every party works before the kill, so that there is something to interrupt.
                for party in 0..<(2 * clients) { try await traffic.waitForSign(of: party) }
                try await broker.killNode(1)
                async let up: Void = broker.startNode(1)
                let back = try await listenerIsBack(broker.url)
                traffic.forgetSigns()
                var slowest = Duration.zero
                for party in 0..<(2 * clients) {
                    slowest = max(slowest, back.duration(to: try await traffic.waitForSign(of: party)))
                }
                try await up
                worst.append(slowest)
                say("  round \(round): everybody goes on \(Self.seconds(slowest)) after the listener is back")
            }
            return try await finish(parties, traffic, worst)
        }
    }

    private struct Parties {
        var connections: [AMQPConnection]
        var publishing: [Task<Void, any Error>]
        var publishers: [Publisher]
        var consuming: [Task<Void, any Error>]
    }

    private func start(_ url: String, _ traffic: Traffic) async throws -> Parties {
        var parties = Parties(connections: [], publishing: [], publishers: [], consuming: [])
        var options = AMQPConnection.Options(connectionName: "chaos")
        options.heartbeat = 5
        for index in 0..<clients {
            let inlet = try await AMQPConnection.connect(to: url, options: options)
            try await inlet.openChannel().declareQueue(Self.queue)
            let publisher = try await inlet.makePublisher(unanswered: .isReplayed)
            let outlet = try await AMQPConnection.connect(to: url, options: options)
            let consumer = try await outlet.openChannel().consume(Self.queue, prefetch: 100)
            parties.connections += [inlet, outlet]
            parties.publishers.append(publisher)
            let pause = Duration.seconds(Double(clients) / Double(rate))
            parties.publishing.append(
                Task { try await traffic.publish(publisher, to: Self.queue, every: pause, as: index) })
            parties.consuming.append(Task { try await traffic.consume(consumer, as: clients + index) })
        }
        return parties
    }

    private func listenerIsBack(_ url: String) async throws -> ContinuousClock.Instant {
        let address = try BrokerAddress(uri: url)
        while true {
            let socket = try? await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(host: address.host, port: address.port).get()
            if let socket {
                let now = ContinuousClock.now
                try? await socket.close()
                return now
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    private func finish(_ parties: Parties, _ traffic: Traffic, _ worst: [Duration]) async throws -> Bool {
        for task in parties.publishing { task.cancel() }
        for publisher in parties.publishers { try await publisher.drain() }
        let deadline = ContinuousClock.now + .seconds(30)
        while !traffic.ledger.isComplete, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(50))
        }
        for task in parties.consuming { task.cancel() }
        for connection in parties.connections { await connection.close() }
        let result = traffic.ledger.result
        let slowest = worst.max() ?? .zero
        say(
            "  published \(result.attempted) confirmed \(result.confirmed) received \(result.received) "
                + "lost \(result.lost.count) unexpected \(result.unexpected.count) duplicates \(result.duplicates) "
                + "recovered \(result.recovered)")
        say("  resumed \(worst.count) of \(rounds) times; slowest \(Self.seconds(slowest)), limit 1 s")
        return result.isValid && worst.count == rounds && slowest <= .seconds(1)
    }

    private static func seconds(_ duration: Duration) -> String {
        String(format: "%.3f s", duration / .seconds(1))
    }
}

/// The messages on their way, and the last sign of life of each party.
final class Traffic: Sendable {
    private struct State {
        var next = 0
        var signs: [Int: ContinuousClock.Instant] = [:]
        var waiting: [Int: CheckedContinuation<ContinuousClock.Instant, Never>] = [:]
    }

    let ledger: TotalQueue
    private let state = NIOLockedValueBox(State())

    init(ledger: TotalQueue) {
        self.ledger = ledger
    }

    func publish(_ publisher: Publisher, to queue: String, every pause: Duration, as party: Int) async throws {
        var next = ContinuousClock.now
        while !Task.isCancelled {
            let number = state.withLockedValue { state in
                state.next += 1
                return state.next
            }
            ledger.attempt(number)
            let confirmation = try await publisher.publishDeferred(.init("\(number)"), routingKey: queue)
            Task {
                guard await confirmation.outcome == .confirmed else { return }
                ledger.confirm(number)
                sign(party)
            }
            next = max(next + pause, .now - .milliseconds(100))
            try await Task.sleep(until: next)
        }
    }

    func consume(_ consumer: Consumer, as party: Int) async throws {
        for try await delivery in consumer {
            if let number = Int(delivery.body.text) { ledger.receive(number) }
            if (try? delivery.ack()) != nil { sign(party) }
        }
    }

    private func sign(_ party: Int) {
        let now = ContinuousClock.now
        let waiting = state.withLockedValue { state in
            state.signs[party] = now
            return state.waiting.removeValue(forKey: party)
        }
        waiting?.resume(returning: now)
    }

    /// From now on only what comes later counts.
    func forgetSigns() {
        state.withLockedValue { $0.signs = [:] }
    }

    /// When the party last did something; waits until it does.
    @discardableResult
    func waitForSign(of party: Int) async throws -> ContinuousClock.Instant {
        await withCheckedContinuation { continuation in
            let known = state.withLockedValue { state -> ContinuousClock.Instant? in
                if let sign = state.signs[party] { return sign }
                state.waiting[party] = continuation
                return nil
            }
            if let known { continuation.resume(returning: known) }
        }
    }
}
