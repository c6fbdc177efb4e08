import LoadBalancing
import Testing

@Suite struct SlidingWindowTests {
    @Test func countsWhatHappenedInTheWindow() {
        var window = SlidingWindow(length: 30)
        for second in 0..<30 { window.record(success: second % 3 > 0, at: Instant(seconds: Double(second))) }
        #expect(window.counts(at: 29.9).successes == 20)
        #expect(window.counts(at: 29.9).failures == 10)
        // The bucket of the seconds 0 to 2 is gone.
        #expect(window.counts(at: 30).total == 27)
        #expect(window.counts(at: 56.9).total == 3)
        #expect(window.counts(at: 57).total == 0)
        #expect(window.counts(at: 60).successRate == 1)
    }

    @Test func isTheSameAsKeepingEverything() {
        var generator = Generator(seed: 4)
        var window = SlidingWindow(length: 10)
        var events: [(bucket: Int, success: Bool)] = []
        var now = 0.0
        for _ in 0..<2000 {
            now += generator.below(50) == 0 ? 15 * generator.unit() : 0.2 * generator.unit()
            let success = generator.below(2) == 0
            window.record(success: success, at: Instant(seconds: now))
            events.append((Int(now), success))
            let recent = events.filter { $0.bucket > Int(now) - 10 }
            let counts = window.counts(at: Instant(seconds: now))
            #expect(counts.total == recent.count)
            #expect(counts.failures == recent.filter { !$0.success }.count)
        }
    }

    @Test func timeThatRunsBackwardsOrNowhereDoesNoHarm() {
        var window = SlidingWindow(length: .nan)
        for seconds in [5, -.infinity, .nan, 1e300, .infinity, -1, 0] {
            window.record(success: true, at: Instant(seconds: seconds))
        }
        #expect(window.counts(at: 0).total > 0)
    }
}
