import LoadBalancing
import Testing

@Suite struct ConcurrencyTests {
    /// V22.
    @Test func gradient2StepsAsNetflixs() {
        var limit = Gradient2Limit(limit: 100)
        #expect(limit.gradient(long: 10, short: 20) == 0.75)
        limit.step(long: 10, short: 20, outstanding: 100)
        #expect(abs(limit.limit - 95.8) < 1e-12)
    }

    @Test func theLimitIsKeptWhileItIsNotWhatCounts() {
        var limit = Gradient2Limit(limit: 100)
        limit.step(long: 10, short: 20, outstanding: 49)
        #expect(limit.limit == 100)
    }

    @Test func theLimitStaysWithinItsBounds() {
        var limit = Gradient2Limit(limit: 50, bounds: 1...60, longLatency: 0.01)
        for _ in 0..<100 { limit.observe(latency: 0.01, outstanding: 60) }
        #expect(limit.limit == 60)
        var slow = Gradient2Limit(limit: 50, bounds: 10...60)
        for _ in 0..<100 { slow.step(long: 0.01, short: 1, outstanding: 60) }
        #expect(slow.limit == 10)
    }

    @Test func theLongMeanIsFoundByItself() {
        var limit = Gradient2Limit(limit: 100)
        for _ in 0..<50 { limit.observe(latency: 0.1, outstanding: 200) }
        let full = limit.limit
        for _ in 0..<5 { limit.observe(latency: 0.5, outstanding: 200) }
        #expect(limit.limit < 0.7 * full)
        for latency in [Double.nan, 0, -1, .infinity] { limit.observe(latency: latency, outstanding: 200) }
        #expect(limit.limit.isFinite)
    }

    /// Against the exact figures of mean value analysis: these keep one worker busy at least 98.5 % of the time.
    @Test(arguments: [(0.1, 2), (0.5, 3), (1, 4), (5, 11), (25, 36), (100, 121)])
    func prefetchCoversWhatIsUnderWay(ratio: Double, prefetch: Int) {
        #expect(PrefetchTuning(concurrency: 1).prefetch(roundTrip: ratio, service: 1) == prefetch)
    }

    @Test func equalServiceTimesNeedNoMargin() {
        let tuning = PrefetchTuning(concurrency: 1, margin: 0)
        #expect(tuning.prefetch(roundTrip: 0.100, service: 0.004) == 26)
        #expect(tuning.prefetch(roundTrip: 0, service: 1) == 1)
    }

    @Test(arguments: [Double.nan, -.infinity, -1, 0, 1, .infinity])
    func garbageGivesANumberThatAMQPKnows(number: Double) {
        for concurrency in [Int.min, 0, 8, .max] {
            let tuning = PrefetchTuning(concurrency: concurrency, margin: number)
            #expect((1...65_535).contains(tuning.prefetch(roundTrip: number, service: number)))
        }
    }
}
