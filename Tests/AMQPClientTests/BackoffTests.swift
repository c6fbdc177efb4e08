import Testing

@testable import AMQPClient

@Suite struct BackoffTests {
    /// Always the largest number, so that every delay is its whole window.
    private struct Largest: RandomNumberGenerator {
        /// Thread Sanitizer crashes on exclusive access to something without an address.
        private var unused = 0

        mutating func next() -> UInt64 { .max }
    }

    private func schedule(
        _ backoff: Backoff = Backoff(),
        addresses: Int,
        lost: Int = 0,
        isMaintenance: Bool = false
    ) -> ReconnectSchedule {
        ReconnectSchedule(backoff, addressCount: addresses, lost: lost, isMaintenance: isMaintenance)
    }

    // MARK: Delays

    @Test(arguments: [(2, 0), (2, 1), (3, 0), (3, 2), (7, 6)])
    func theFirstAttemptIsAtOnceAndElsewhere(_ addresses: Int, _ lost: Int) {
        var schedule = schedule(addresses: addresses, lost: lost)
        var generator = SeededGenerator(seed: 1)
        let first = schedule.attempt(elapsed: .zero, using: &generator)
        #expect(first.address != lost && first.delay == .zero)
        let second = schedule.attempt(elapsed: .zero, using: &generator)
        #expect(second.delay > .zero && second.delay <= Backoff().first)
    }

    @Test func withOneAddressTheFirstDelayIsDrawnFromTheFirstWindow() {
        let first = Backoff().first
        var delays: [Duration] = []
        for seed in 1...100 {
            var schedule = schedule(addresses: 1)
            var generator = SeededGenerator(seed: UInt64(seed))
            let attempt = schedule.attempt(elapsed: .zero, using: &generator)
            #expect(attempt.address == 0)
            delays.append(attempt.delay)
        }
        #expect(delays.allSatisfy { $0 >= .zero && $0 <= first })
        #expect(delays.contains { $0 < first / 10 } && delays.contains { $0 > first * 0.9 }, "evenly, from zero on")
    }

    @Test func windowsDoubleUpToTheFreshCapAndLaterUpToTheCap() {
        var schedule = schedule(addresses: 1)
        var generator = Largest()
        var windows: [Duration] = []
        for elapsed in [0, 0, 1, 2, 5, 9.999, 10, 11, 13, 17, 25, 41, 61, 81] {
            windows.append(schedule.attempt(elapsed: .seconds(elapsed), using: &generator).delay)
        }
        let fresh = [50, 100, 200, 400, 500, 500].map { Duration.milliseconds($0) }
        // The window of the attempt at 10 s was fixed by the one before it.
        let later = [0.5, 1, 2, 4, 8, 16, 20, 20].map { Duration.seconds($0) }
        #expect(windows == fresh + later)
    }

    @Test(arguments: [Duration.zero, .seconds(-1)])
    func aBackoffOfNothingStillWaits(_ nothing: Duration) {
        var backoff = Backoff()
        backoff.first = nothing
        backoff.freshCap = nothing
        backoff.cap = nothing
        var schedule = schedule(backoff, addresses: 1)
        var generator = Largest()
        for elapsed in [0, 5, 15] {
            #expect(schedule.attempt(elapsed: .seconds(elapsed), using: &generator).delay == .milliseconds(1))
        }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func noDelayExceedsItsWindow(_ seed: UInt64) {
        let backoff = Backoff()
        var generator = SeededGenerator(seed: seed)
        let addresses = Int.random(in: 1...4, using: &generator)
        var schedule = schedule(addresses: addresses)
        var window = backoff.first
        var elapsed = Duration.zero
        for number in 0..<200 {
            let attempt = schedule.attempt(elapsed: elapsed, using: &generator)
            #expect(attempt.delay >= .zero && attempt.delay <= window)
            #expect((0..<addresses).contains(attempt.address))
            if number > 0 || addresses == 1 { window = backoff.window(after: window, elapsed: elapsed) }
            elapsed += attempt.delay + .milliseconds(Int.random(in: 0...3000, using: &generator))
        }
        #expect(window == backoff.cap)
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func inTheFirstTenSecondsNoDelayIsAboveHalfASecond(_ seed: UInt64) {
        var schedule = schedule(addresses: 1)
        var generator = SeededGenerator(seed: seed)
        var elapsed = Duration.zero
        while elapsed < .seconds(10) {
            let delay = schedule.attempt(elapsed: elapsed, using: &generator).delay
            #expect(delay <= .milliseconds(500))
            elapsed += delay
        }
    }

    // MARK: Addresses

    @Test func notEverybodyMovesToTheSameNeighbour() {
        let first = (1...100).map { seed in
            var schedule = schedule(addresses: 3, lost: 0)
            var generator = SeededGenerator(seed: UInt64(seed))
            return schedule.attempt(elapsed: .zero, using: &generator).address
        }
        #expect(Set(first) == [1, 2])
    }

    @Test func addressesAreTriedInTurn() {
        var schedule = schedule(addresses: 3, lost: 1)
        var generator = SeededGenerator(seed: 1)
        let tried = (0..<7).map { schedule.attempt(elapsed: .seconds($0), using: &generator).address }
        #expect(tried[0] != 1)
        #expect(tried == (0..<7).map { (tried[0] + $0) % 3 })
    }

    @Test func aNodeInMaintenanceIsLeftAloneForHalfAMinute() {
        var schedule = schedule(addresses: 3, lost: 1, isMaintenance: true)
        var generator = SeededGenerator(seed: 1)
        let early = [0, 1, 2, 15, 29.999].map { schedule.attempt(elapsed: .seconds($0), using: &generator).address }
        #expect(Set(early) == [0, 2] && zip(early, early.dropFirst()).allSatisfy { $0 != $1 })
        let late = [30, 31, 32, 33].map { schedule.attempt(elapsed: .seconds($0), using: &generator).address }
        #expect(Set(late) == [0, 1, 2])
    }

    @Test func ofTwoNodesTheOtherIsTriedAgainAndAgainDuringMaintenance() {
        var schedule = schedule(addresses: 2, lost: 0, isMaintenance: true)
        var generator = Largest()
        let attempts = (0..<4).map { _ in schedule.attempt(elapsed: .zero, using: &generator) }
        #expect(attempts.map(\.address) == [1, 1, 1, 1])
        #expect(attempts.map(\.delay) == [0, 50, 100, 200].map { .milliseconds($0) })
    }

    @Test func theOnlyNodeIsTriedEvenInMaintenance() {
        var schedule = schedule(addresses: 1, isMaintenance: true)
        var generator = SeededGenerator(seed: 1)
        for elapsed in 0..<5 {
            let attempt = schedule.attempt(elapsed: .seconds(elapsed), using: &generator)
            #expect(attempt.address == 0 && attempt.delay > .zero)
        }
    }

    // MARK: A thousand clients

    /// When each of 1000 clients is connected again: all are lost at 0, and every attempt before `back` is refused at
    /// once.
    private func connects(addresses: Int, back: Duration, seed: UInt64) -> [Duration] {
        var generator = SeededGenerator(seed: seed)
        return (0..<1000).map { _ in
            var schedule = schedule(addresses: addresses)
            var now = Duration.zero
            repeat {
                now += schedule.attempt(elapsed: now, using: &generator).delay
            } while now < back
            return now
        }.sorted()
    }

    /// The most connects in any 100 ms, looked at every 10 ms.
    private func peak(_ connects: [Duration]) -> Int {
        guard let first = connects.first, let last = connects.last else { return 0 }
        var peak = 0
        var (begin, end) = (connects.startIndex, connects.startIndex)
        var start = first - .milliseconds(100)
        while start <= last {
            while begin < connects.endIndex, connects[begin] < start { begin += 1 }
            while end < connects.endIndex, connects[end] < start + .milliseconds(100) { end += 1 }
            peak = max(peak, end - begin)
            start += .milliseconds(10)
        }
        return peak
    }

    @Test(arguments: 1...5 as ClosedRange<UInt64>, [1, 3])
    func aThousandClientsAfterAnOutageOf30SecondsDoNotCrowd(_ seed: UInt64, _ addresses: Int) throws {
        let connects = connects(addresses: addresses, back: .seconds(30), seed: seed)
        #expect(connects.count == 1000)
        #expect(peak(connects) <= 30)
        #expect(try #require(connects.last) <= .seconds(60))
    }

    @Test(arguments: 1...5 as ClosedRange<UInt64>, [1, 3])
    func aThousandClientsAreBackHalfASecondAfterABrokerThatRestarts(_ seed: UInt64, _ addresses: Int) throws {
        let connects = connects(addresses: addresses, back: .seconds(5), seed: seed)
        #expect(try #require(connects.last) <= .milliseconds(5500))
    }
}

/// SplitMix64: the same numbers for the same seed on every machine, so that a failing case can be run again.
private struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
