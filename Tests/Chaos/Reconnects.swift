internal import AMQPClient
internal import AMQPTestSupport
internal import Foundation
internal import LocalBroker

/// One connection, cut again and again, with everything on it: it must leave neither open files nor memory behind.
struct Reconnects {
    var times: Int

    /// So that pools, buffers and the allocator have their size.
    private static let warmUp = 100

    func run() async throws -> Bool {
        say("cutting a connection \(times) times")
        return try await LocalBroker.run { broker in
            let address = try BrokerAddress(uri: broker.url)
            return try await FaultProxy.run(to: address.host, port: address.port) { proxy in
                let (events, continuation) = AsyncStream.makeStream(of: Void.self)
                var options = AMQPConnection.Options()
                options.recovery.backoff.first = .milliseconds(1)
                options.recovery.backoff.freshCap = .milliseconds(5)
                options.onEvent = { if case .recovered = $0 { continuation.yield() } }
                let connection = try await AMQPConnection.connect(
                    to: "amqp://127.0.0.1:\(proxy.port)", options: options)
                let channel = try await connection.openChannel()
                try await channel.declareQueue("reconnects", exclusive: true)
                let publisher = try await connection.makePublisher(unanswered: .isReplayed)
                let consumer = try await channel.consume("reconnects", prefetch: 10)
                let consuming = Task { for try await delivery in consumer { try? delivery.ack() } }
                var recovered = events.makeAsyncIterator()
                var before = Footprint.now
                for round in 1...(times + Self.warmUp) {
                    try await publisher.publishDeferred(.init("\(round)"), routingKey: "reconnects")
                    proxy.reset()
                    await recovered.next()
                    if round == Self.warmUp { before = try await settled(proxy) }
                }
                let after = try await settled(proxy)
                consuming.cancel()
                await connection.close()
                return report(before, after)
            }
        }
    }

    /// Once the proxy has closed what it closes.
    private func settled(_ proxy: FaultProxy) async throws -> Footprint {
        while proxy.openConnections > 1 { try await Task.sleep(for: .milliseconds(10)) }
        return Footprint.now
    }

    private func report(_ before: Footprint, _ after: Footprint) -> Bool {
        let growth = Double(after.residentKiB - before.residentKiB) / Double(max(1, before.residentKiB)) * 100
        say("  open files \(before.files) before, \(after.files) after")
        say(
            "  resident memory \(before.residentKiB) KiB before, \(after.residentKiB) KiB after: "
                + String(format: "%+.1f %%, limit 5 %%", growth))
        return after.files <= before.files && growth <= 5
    }
}

/// What this process holds.
struct Footprint {
    var files: Int
    var residentKiB: Int

    static var now: Footprint {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
        return Footprint(files: files, residentKiB: Int(line.filter(\.isNumber)) ?? 0)
    }
}
