internal import NIOConcurrencyHelpers

/// What one consumer has out here: delivered to this process, and not settled.
final class Holdings: Sendable {
    fileprivate struct Entry {
        let delivery: Delivery
        let since: ContinuousClock.Instant
        var isBegun = false
    }

    private struct State {
        /// Deliveries that lanes have taken so far.
        var taken = 0
        /// Those of them that have not ended.
        var entries: [ObjectIdentifier: Entry] = [:]
        var peak = 0
    }

    private let credit: Int
    /// Called when all credit is in use, and when something has ended.
    private let onChange: @Sendable () -> Void
    private let state = NIOLockedValueBox(State())

    init(credit: Int, onChange: @escaping @Sendable () -> Void) {
        self.credit = credit
        self.onChange = onChange
    }

    /// A lane took it, and waits for room.
    ///
    /// - Parameter arrived: How many have come so far, this one included.
    func take(_ delivery: Delivery, arrived: Int) {
        let now = ContinuousClock.now
        let isFull = state.withLockedValue { state in
            state.taken += 1
            state.entries[ObjectIdentifier(delivery)] = Entry(delivery: delivery, since: now)
            let held = max(0, arrived - state.taken) + state.entries.count
            state.peak = max(state.peak, held)
            return held >= credit
        }
        if isFull { onChange() }
    }

    /// - Returns: Whether it is still ours: it may be lost, or given back.
    func begin(_ delivery: Delivery) -> Bool {
        state.withLockedValue { state in
            let id = ObjectIdentifier(delivery)
            guard state.entries[id] != nil, delivery.isLeased else {
                state.entries[id] = nil
                return false
            }
            state.entries[id]?.isBegun = true
            return true
        }
    }

    func end(_ delivery: Delivery) {
        state.withLockedValue { $0.entries[ObjectIdentifier(delivery)] = nil }
        onChange()
    }

    /// Everything was lost with its channel.
    func forget() {
        state.withLockedValue { state in
            state.entries = [:]
            state.peak = 0
        }
    }

    /// Takes what has waited for so long and was not delivered to anybody before; it is not begun any more.
    func takeLate(_ since: ContinuousClock.Instant) -> [Delivery] {
        state.withLockedValue { state in
            let late = state.entries.filter { $0.value.isLate(since) }
            for id in late.keys { state.entries[id] = nil }
            return late.values.map(\.delivery)
        }
    }

    func hasLate(_ since: ContinuousClock.Instant) -> Bool {
        state.withLockedValue { $0.entries.values.contains { $0.isLate(since) } }
    }

    /// Something waits that may be late one day.
    var isWaiting: Bool { hasLate(.now) }

    /// How many there are.
    ///
    /// - Parameter arrived: How many have come so far. Asked last: what comes in between counts, and nothing is missed.
    func count(arrived: () -> Int) -> Int {
        let (taken, leased) = state.withLockedValue { state in
            (state.taken, state.entries.values.count { $0.delivery.isLeased })
        }
        return max(0, arrived() - taken) + leased
    }

    /// The most that there were at once since this was asked before.
    func takePeak(_ now: Int) -> Int {
        state.withLockedValue { state in
            defer { state.peak = 0 }
            return max(state.peak, now)
        }
    }
}

extension Holdings.Entry {
    /// What was delivered before is kept, for it may have been given back for the same reason.
    fileprivate func isLate(_ limit: ContinuousClock.Instant) -> Bool {
        !isBegun && since <= limit && !delivery.redelivered
    }
}
