internal import NIOConcurrencyHelpers

/// One answer that is still to come, and those who wait for it.
///
/// Whoever sends registers the waiter in the same step, so an answer cannot be missed however fast it comes: it is kept
/// until somebody asks. The first of answer, deadline, failure and cancellation wins.
final class Waiter<Value: Sendable>: Sendable {
    private enum State {
        case pending(Continuations)
        case resolved(Result<Value, AMQPError>)
    }

    private typealias Continuation = CheckedContinuation<Result<Value, AMQPError>, Never>

    /// Nearly always one.
    private struct Continuations {
        var first: Continuation?
        var others: [Continuation] = []
    }

    private let state = NIOLockedValueBox(State.pending(Continuations()))

    /// - Returns: Whether this was the first answer.
    @discardableResult
    func resolve(_ result: Result<Value, AMQPError>) -> Bool {
        let waiting: Continuations? = state.withLockedValue { state in
            guard case .pending(let waiting) = state else { return nil }
            state = .resolved(result)
            return waiting
        }
        guard let waiting else { return false }
        waiting.first?.resume(returning: result)
        for continuation in waiting.others { continuation.resume(returning: result) }
        return true
    }

    var isResolved: Bool {
        state.withLockedValue { if case .resolved = $0 { true } else { false } }
    }

    /// Waits for the answer. Cancelling the task answers with `cancelled`, for all who wait.
    func value() async throws(AMQPError) -> Value {
        try await result().get()
    }

    func result() async -> Result<Value, AMQPError> {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let resolved: Result<Value, AMQPError>? = state.withLockedValue { state in
                    switch state {
                    case .resolved(let result): return result
                    case .pending(var waiting):
                        if waiting.first == nil {
                            waiting.first = continuation
                        } else {
                            waiting.others.append(continuation)
                        }
                        state = .pending(waiting)
                        return nil
                    }
                }
                if let resolved { continuation.resume(returning: resolved) }
            }
        } onCancel: {
            resolve(.failure(AMQPError(.cancelled, "the wait was cancelled")))
        }
    }
}
