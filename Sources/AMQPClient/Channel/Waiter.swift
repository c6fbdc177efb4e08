internal import NIOConcurrencyHelpers

/// One answer that is still to come, and those who wait for it.
///
/// Whoever sends registers the waiter in the same step, so an answer cannot be missed however fast it comes: it is kept
/// until somebody asks. The first of answer, deadline, failure and cancellation wins.
package final class Waiter<Value: Sendable>: Sendable {
    private enum State {
        case pending(Continuations)
        case resolved(Result<Value, AMQPError>)
    }

    private typealias Continuation = CheckedContinuation<Result<Value, AMQPError>, Never>

    private struct Continuations {
        var waiting: [(id: UInt64, continuation: Continuation)] = []
        var nextID: UInt64 = 0
    }

    private let state = NIOLockedValueBox(State.pending(Continuations()))

    package init() {}

    /// - Returns: Whether this was the first answer.
    @discardableResult
    package func resolve(_ result: Result<Value, AMQPError>) -> Bool {
        let pending: Continuations? = state.withLockedValue { state in
            guard case .pending(let pending) = state else { return nil }
            state = .resolved(result)
            return pending
        }
        guard let pending else { return false }
        for (_, continuation) in pending.waiting { continuation.resume(returning: result) }
        return true
    }

    /// The answer, if there is one.
    var known: Result<Value, AMQPError>? {
        state.withLockedValue { if case .resolved(let result) = $0 { result } else { nil } }
    }

    package var isResolved: Bool { known != nil }

    /// Waits for the answer, as the one who asked: cancelling the task answers with `cancelled`, once and for all.
    package func value() async throws(AMQPError) -> Value {
        try await result().get()
    }

    func result() async -> Result<Value, AMQPError> {
        await wait { _ in self.resolve(.failure(.waitCancelled)) }
    }

    /// Waits for the answer, as one of many: cancelling the task ends its own wait and no other.
    package func sharedResult() async -> Result<Value, AMQPError> {
        await wait { id in self.leave(id) }
    }

    private func wait(onCancel: @escaping @Sendable (UInt64) -> Void) async -> Result<Value, AMQPError> {
        let id = state.withLockedValue { state -> UInt64 in
            guard case .pending(var pending) = state else { return 0 }
            pending.nextID += 1
            state = .pending(pending)
            return pending.nextID
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let resolved: Result<Value, AMQPError>? = state.withLockedValue { state in
                    switch state {
                    case .resolved(let result): return result
                    case .pending(var pending):
                        // A cancel that came before this point found nobody to resume.
                        if Task.isCancelled { return .failure(.waitCancelled) }
                        pending.waiting.append((id, continuation))
                        state = .pending(pending)
                        return nil
                    }
                }
                if let resolved { continuation.resume(returning: resolved) }
            }
        } onCancel: {
            onCancel(id)
        }
    }

    private func leave(_ id: UInt64) {
        let continuation: Continuation? = state.withLockedValue { state in
            guard case .pending(var pending) = state, let index = pending.waiting.firstIndex(where: { $0.id == id })
            else { return nil }
            defer { state = .pending(pending) }
            return pending.waiting.remove(at: index).continuation
        }
        continuation?.resume(returning: .failure(.waitCancelled))
    }
}

extension AMQPError {
    static let waitCancelled = AMQPError(.cancelled, "the wait was cancelled")
}
