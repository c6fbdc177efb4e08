internal import NIOConcurrencyHelpers

/// The calls that wait for their answers, by correlation id.
final class PendingRPCs: Sendable {
    private struct State {
        var next: UInt64 = 0
        var waiting: [String: Waiter<Delivery>] = [:]
        var ended: AMQPError?
    }

    private let state = NIOLockedValueBox(State())

    func begin() throws(AMQPError) -> (id: String, answer: Waiter<Delivery>) {
        let result: Result<(String, Waiter<Delivery>), AMQPError> = state.withLockedValue { state in
            if let error = state.ended { return .failure(error) }
            state.next += 1
            let id = String(state.next)
            let waiter = Waiter<Delivery>()
            state.waiting[id] = waiter
            return .success((id, waiter))
        }
        return try result.get()
    }

    /// An answer that nobody waits for any more is dropped.
    func answer(_ reply: Delivery) {
        guard let id = reply.properties.correlationID else { return }
        state.withLockedValue { $0.waiting[id] }?.resolve(.success(reply))
    }

    func forget(_ id: String) {
        state.withLockedValue { $0.waiting[id] = nil }
    }

    /// The answers to these calls will not come.
    func fail(because error: AMQPError) {
        for waiter in state.withLockedValue({ Array($0.waiting.values) }) { waiter.resolve(.failure(error)) }
    }

    func end(because error: AMQPError) {
        state.withLockedValue { state in if state.ended == nil { state.ended = error } }
        fail(because: error)
    }
}
