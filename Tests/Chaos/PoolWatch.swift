internal import BrokerPool
internal import NIOConcurrencyHelpers

/// What a user of the pool, and one of its nodes, see of a fault.
final class PoolWatch: Sendable {
    private struct State {
        var lastConfirm = ContinuousClock.now
        var begin: ContinuousClock.Instant?
        var isOver = false
        var longestSilence = Duration.zero
        var lastTask = Duration.zero
    }

    private let publisher: PoolPublisher
    private let node: Int
    private let state = NIOLockedValueBox(State())

    init(_ publisher: PoolPublisher, node: Int) {
        self.publisher = publisher
        self.node = node
    }

    /// The longest time without a confirm since the fault began.
    var longestSilence: Duration { state.withLockedValue { $0.longestSilence } }
    /// How long after the fault the node was last given a task.
    var lastTask: Duration { state.withLockedValue { $0.lastTask } }

    func confirmed() {
        let now = ContinuousClock.now
        state.withLockedValue { state in
            if state.begin != nil { state.longestSilence = max(state.longestSilence, now - state.lastConfirm) }
            state.lastConfirm = now
        }
    }

    func waitForTraffic() async throws {
        while !publisher.status.allSatisfy({ $0.published > 500 }) { try await Task.sleep(for: .milliseconds(10)) }
    }

    private var published: Int { publisher.status[node].published }

    /// The fault begins now.
    func begin() {
        let begin = ContinuousClock.now
        state.withLockedValue { $0.begin = begin }
        Task {
            var seen = published
            while !state.withLockedValue({ $0.isOver }) {
                let present = published
                if present != seen { state.withLockedValue { $0.lastTask = .now - begin } }
                seen = present
                try await Task.sleep(for: .milliseconds(5))
            }
        }
    }

    func end() { state.withLockedValue { $0.isOver = true } }

    /// Waits until the node gets its third of the tasks of a second, within five points.
    ///
    /// - Returns: How long that took; `nil` if it took longer than that.
    func fairShare(within limit: Duration) async throws -> Duration? {
        let start = ContinuousClock.now
        while .now - start < limit {
            let before = publisher.status.map(\.published)
            try await Task.sleep(for: .seconds(1))
            let counts = zip(publisher.status.map(\.published), before).map { $0 - $1 }
            let share = Double(counts[node]) / Double(max(1, counts.reduce(0, +)))
            if share >= 1.0 / 3 - 0.05 { return .now - start }
        }
        return nil
    }
}
