import NIOConcurrencyHelpers
import NIOCore

/// Turns of an event loop, counted once for all sessions on it: a turn of its own for each would cost more than all that
/// they do.
///
/// `@unchecked Sendable`: used on its event loop only.
final class Turns: @unchecked Sendable {
    private let eventLoop: any EventLoop
    private var now = 0
    private var waiting: [(due: Int, waiter: CheckedContinuation<Void, Never>)] = []

    private static let all = NIOLockedValueBox<[ObjectIdentifier: Turns]>([:])

    static func of(_ eventLoop: any EventLoop) -> Turns {
        all.withLockedValue { all in
            let turns = all[ObjectIdentifier(eventLoop)] ?? Turns(eventLoop)
            all[ObjectIdentifier(eventLoop)] = turns
            return turns
        }
    }

    private init(_ eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    func wait(_ count: Int, _ waiter: CheckedContinuation<Void, Never>) {
        if waiting.isEmpty { eventLoop.execute { self.turn() } }
        waiting.append((now + count, waiter))
    }

    private func turn() {
        now += 1
        for (due, waiter) in waiting where due <= now { waiter.resume() }
        waiting.removeAll { $0.due <= now }
        if !waiting.isEmpty { eventLoop.execute { self.turn() } }
    }
}
