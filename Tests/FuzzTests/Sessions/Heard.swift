import NIOConcurrencyHelpers

@testable import AMQPClient

/// What a client saw of a session.
final class Heard: Sendable {
    private struct State {
        var counts: [String: Int] = [:]
        var isEnded = false
        var late: [String] = []
    }

    private let state = NIOLockedValueBox(State())

    func count(_ what: String) { state.withLockedValue { $0.counts[what, default: 0] += 1 } }

    var counts: [String: Int] { state.withLockedValue { $0.counts } }

    func hear(_ event: ConnectionEvent) {
        let name = Mirror(reflecting: event).children.first?.label ?? "\(event)"
        state.withLockedValue { state in
            state.counts["event " + name, default: 0] += 1
            if state.isEnded { state.late.append(name) }
            if case .ended = event { state.isEnded = true }
        }
    }

    func check() throws {
        let (isEnded, late) = state.withLockedValue { ($0.isEnded, $0.late) }
        guard isEnded else { throw Violation("nobody was told of the end") }
        guard late.isEmpty else { throw Violation("after the end there was an event: \(late)") }
    }
}
