package import NIOCore

/// Those who wait for something, first come, first served, each with a deadline.
package struct WaitingLine {
    private var line = CircularBuffer<(waiter: Waiter<Void>, deadline: NIODeadline)>()

    package init() {}

    package var isEmpty: Bool { line.isEmpty }

    package mutating func join(deadline: NIODeadline) -> Waiter<Void> {
        let waiter = Waiter<Void>()
        line.append((waiter, deadline))
        return waiter
    }

    /// The first `count` who still wait; those who gave up do not count.
    package mutating func leave(upTo count: Int) -> [Waiter<Void>] {
        var leaving: [Waiter<Void>] = []
        while leaving.count < count, let first = line.popFirst() {
            if !first.waiter.isResolved { leaving.append(first.waiter) }
        }
        return leaving
    }

    package mutating func leaveAll() -> [Waiter<Void>] {
        guard !line.isEmpty else { return [] }
        defer { line.removeAll(keepingCapacity: true) }
        return line.map(\.waiter)
    }

    /// Those whose deadline has passed.
    package mutating func leaveExpired(now: NIODeadline) -> [Waiter<Void>] {
        guard !line.isEmpty else { return [] }
        let expired = line.filter { $0.deadline <= now }.map(\.waiter)
        line.removeAll { $0.deadline <= now || $0.waiter.isResolved }
        return expired
    }
}
