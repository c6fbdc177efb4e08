internal import BrokerPool
internal import NIOConcurrencyHelpers

/// Moves a worker's credit to the brokers that have work.
///
/// It looks when a broker's credit is all in use or free again, at most ten times a second, and goes on looking only
/// while something is still to be moved. An idle worker looks at nothing.
///
/// It also gives back what waits here too long: a delivery that came while all handlers were busy, that others could do,
/// and that nobody has given back before. For as long as all handlers are busy, nothing more is taken from that broker,
/// so nothing comes straight back. What no other consumer could do is kept, and what is redelivered is kept too: it may
/// have been given back for the same reason, and a quorum queue drops it after too many deliveries.
struct CreditKeeper: Sendable {
    /// Those that there are now, in the order in which they came.
    let seats: @Sendable () -> [BrokerSeat]
    let desk: TaskDesk
    let concurrency: Int
    /// How long a delivery may wait for a handler; `nil` lets it wait for ever.
    let patience: Duration?
    /// Says that credit is all in use, or free again.
    let wakes: AsyncStream<Void>

    private static let period = Duration.milliseconds(100)

    /// What is remembered from one look to the next.
    private struct Memory {
        var plan: CreditPlan
        /// In the order of the plan, with the moment when each was last asked to give back what is late.
        var seats: [(seat: BrokerSeat, asked: ContinuousClock.Instant?)]

        init(_ seats: [BrokerSeat], concurrency: Int) {
            plan = CreditPlan(concurrency: concurrency, brokers: seats.count)
            self.seats = seats.map { ($0, nil) }
        }

        mutating func follow(_ present: [BrokerSeat]) {
            for place in seats.indices.reversed() where !present.contains(where: { $0 === seats[place].seat }) {
                plan.remove(at: place)
                seats.remove(at: place)
            }
            for seat in present where !seats.contains(where: { $0.seat === seat }) {
                plan.add()
                seats.append((seat, nil))
            }
        }
    }

    /// Until the task is cancelled.
    func run() async {
        var memory = Memory(seats(), concurrency: concurrency)
        for await _ in wakes {
            var isSettled = false
            while !isSettled, !Task.isCancelled {
                memory.follow(seats())
                isSettled = moveCredit(&memory)
                if let patience, !giveBackLate(after: patience, &memory) { isSettled = false }
                try? await Task.sleep(for: Self.period)
            }
        }
    }

    /// - Returns: Whether nothing is left to be done.
    private func moveCredit(_ memory: inout Memory) -> Bool {
        let seats = memory.seats.map(\.seat)
        let isPaused = resumePaused(seats, memory.plan.limit)
        let looks = seats.map { $0.look() }
        for (index, target) in memory.plan.rebalance(looks).enumerated() where target != looks[index].active {
            seats[index].source?.change(to: target)
        }
        return memory.plan.isSettled && !isPaused
    }

    /// Takes tasks again from those that were left alone while all handlers were busy.
    ///
    /// - Returns: Whether one is still left alone.
    private func resumePaused(_ seats: [BrokerSeat], _ limit: Int) -> Bool {
        let paused = seats.compactMap(\.source).filter(\.isPaused)
        guard !paused.isEmpty, desk.hasRoom else { return !paused.isEmpty }
        var free = limit - seats.reduce(0) { $0 + max(1, $1.granted) }
        for source in paused {
            // A place is kept for one that has nothing at all.
            if source.granted > 0 {
                guard free > 0 else { continue }
                free -= 1
            }
            source.resume()
        }
        return true
    }

    /// - Returns: Whether nothing waits.
    private func giveBackLate(after patience: Duration, _ memory: inout Memory) -> Bool {
        let now = ContinuousClock.now
        var isQuiet = true
        for index in memory.seats.indices {
            guard let source = memory.seats[index].seat.source, source.isWaiting else { continue }
            isQuiet = false
            if let last = memory.seats[index].asked, last.duration(to: now) < patience { continue }
            guard !desk.hasRoom, source.isLate(now - patience) else { continue }
            memory.seats[index].asked = now
            source.giveBackLate(now - patience)
        }
        return isQuiet
    }
}
