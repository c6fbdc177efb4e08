import AMQPClient
import NIOConcurrencyHelpers
import Warren

/// What a worker pool reported, to be waited for.
final class WorkerEvents: Sendable {
    private let (stream, continuation) = AsyncStream.makeStream(of: WorkerPool.Event.self)

    func record(_ event: WorkerPool.Event) { continuation.yield(event) }

    /// Waits for the next event that `matches`; every event is looked at once.
    @discardableResult
    func next<Value>(_ matches: (WorkerPool.Event) -> Value?) async throws -> Value {
        for await event in stream { if let value = matches(event) { return value } }
        throw CancellationError()
    }

    func ready() async throws {
        try await next { if case .ready = $0 { true } else { nil } }
    }

    func ready(_ address: BrokerAddress) async throws {
        try await next { if case .brokerReady(address) = $0 { true } else { nil } }
    }

    /// Waits until all of the independent brokers are there.
    func allReady() async throws {
        for _ in 0..<IndependentBrokers.count {
            try await next { if case .brokerReady = $0 { true } else { nil } }
        }
    }

    func lost(_ address: BrokerAddress) async throws {
        try await next { if case .brokerLost(address, _) = $0 { true } else { nil } }
    }

    func moved() async throws -> BrokerAddress {
        try await next { if case .moved(let address) = $0 { address } else { nil } }
    }
}

/// How often each task was done.
final class TaskLedger: Sendable {
    private let counts = NIOLockedValueBox<[String: Int]>([:])

    func note(_ delivery: Delivery) { counts.withLockedValue { $0[delivery.body.text, default: 0] += 1 } }
    var done: [String: Int] { counts.withLockedValue { $0 } }
}
