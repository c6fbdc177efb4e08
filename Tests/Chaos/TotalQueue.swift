internal import NIOConcurrencyHelpers

/// Jepsen's total-queue check: what was confirmed has to be received, what was received has to have been published.
final class TotalQueue: Sendable {
    private struct State {
        var attempted: Set<Int> = []
        var confirmed: Set<Int> = []
        var received: [Int: Int] = [:]
    }

    struct Result {
        var attempted: Int
        var confirmed: Int
        var received: Int
        /// Confirmed and never received.
        var lost: Set<Int>
        /// Received and never published.
        var unexpected: Set<Int>
        /// Received more than once, counted once for each further time.
        var duplicates: Int
        /// Received although nobody knew whether they were published.
        var recovered: Int

        var isValid: Bool { lost.isEmpty && unexpected.isEmpty }
    }

    private let state = NIOLockedValueBox(State())

    func attempt(_ number: Int) { state.withLockedValue { _ = $0.attempted.insert(number) } }
    func confirm(_ number: Int) { state.withLockedValue { _ = $0.confirmed.insert(number) } }
    func receive(_ number: Int) { state.withLockedValue { $0.received[number, default: 0] += 1 } }

    var isComplete: Bool {
        state.withLockedValue { state in state.confirmed.allSatisfy { state.received[$0] != nil } }
    }

    var result: Result {
        state.withLockedValue { state in
            let received = Set(state.received.keys)
            return Result(
                attempted: state.attempted.count, confirmed: state.confirmed.count, received: received.count,
                lost: state.confirmed.subtracting(received), unexpected: received.subtracting(state.attempted),
                duplicates: state.received.values.reduce(0) { $0 + $1 - 1 },
                recovered: received.subtracting(state.confirmed).count)
        }
    }
}
