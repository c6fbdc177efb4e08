import AMQPClient
import NIOConcurrencyHelpers

/// The events of a connection, to be waited for.
final class EventLog: Sendable {
    private let stream: AsyncStream<ConnectionEvent>
    private let continuation: AsyncStream<ConnectionEvent>.Continuation
    private let seen = NIOLockedValueBox<[ConnectionEvent]>([])

    init() {
        (stream, continuation) = AsyncStream.makeStream()
    }

    var all: [ConnectionEvent] { seen.withLockedValue { $0 } }

    func record(_ event: ConnectionEvent) {
        seen.withLockedValue { $0.append(event) }
        continuation.yield(event)
    }

    /// Waits for the next event that `matches`; every event is looked at once.
    @discardableResult
    func next<Value>(_ matches: (ConnectionEvent) -> Value?) async throws -> Value {
        for await event in stream { if let value = matches(event) { return value } }
        try Task.checkCancellation()
        throw CancellationError()
    }

    func lost() async throws -> AMQPError {
        try await next { if case .lost(let error) = $0 { error } else { nil } }
    }

    func recovered() async throws {
        try await next { if case .recovered = $0 { true } else { nil } }
    }
}
