internal import NIOConcurrencyHelpers

/// Why a pool ends; it can be said from any thread, and more urgently later.
final class StopSignal: Sendable {
    enum Reason: Sendable, Equatable {
        case drain
        case now
        case failed(AMQPError)

        fileprivate var urgency: Int {
            switch self {
            case .drain: 0
            case .now: 1
            case .failed: 2
            }
        }
    }

    private struct State {
        var reason: Reason?
        var waiting: [(atLeast: Int, CheckedContinuation<Reason, Never>)] = []
    }

    private let state = NIOLockedValueBox(State())

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

    /// Waits until it is urgent. Does not end by cancellation: whoever waits sends a reason when it has had enough.
    func urgent() async -> Reason { await reason(atLeast: 1) }

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
