internal import NIOConcurrencyHelpers

/// Why a pool ends; it can be said from any thread, and more urgently later.
final class StopSignal: Sendable {
    enum Reason: Sendable, Equatable {
        /// There is no more to do: no new tasks, and all the time it takes for those that run.
        case enough
        /// Somebody wants an end: no new tasks, and a limited time for those that run.
        case drain
        case now
        case failed(AMQPError)

        fileprivate var urgency: Int {
            switch self {
            case .enough: 0
            case .drain: 1
            case .now: 2
            case .failed: 3
            }
        }
    }

    private struct State {
        var reason: Reason?
        var waiting: [(atLeast: Int, CheckedContinuation<Reason, Never>)] = []
    }

    private let state = NIOLockedValueBox(State())

    var current: Reason? { state.withLockedValue { $0.reason } }

    func send(_ reason: Reason) {
        let waiting = state.withLockedValue { state -> [CheckedContinuation<Reason, Never>] in
            if let earlier = state.reason, earlier.urgency >= reason.urgency { return [] }
            state.reason = reason
            let ready = state.waiting.filter { $0.atLeast <= reason.urgency }.map(\.1)
            state.waiting.removeAll { $0.atLeast <= reason.urgency }
            return ready
        }
        for continuation in waiting { continuation.resume(returning: reason) }
    }

    /// Waits for any reason.
    func first() async -> Reason { await reason(atLeast: 0) }

    /// Waits until time is limited. These waits do not end by cancellation: at its end a pool sends ``Reason/now``.
    func limited() async -> Reason { await reason(atLeast: 1) }

    /// Waits until nothing is to be finished any more.
    func urgent() async -> Reason { await reason(atLeast: 2) }

    private func reason(atLeast urgency: Int) async -> Reason {
        await withCheckedContinuation { continuation in
            let known: Reason? = state.withLockedValue { state in
                if let reason = state.reason, reason.urgency >= urgency { return reason }
                state.waiting.append((urgency, continuation))
                return nil
            }
            if let known { continuation.resume(returning: known) }
        }
    }
}
