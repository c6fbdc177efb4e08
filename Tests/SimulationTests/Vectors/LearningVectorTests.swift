import LoadBalancing
import Testing

/// V20 to V22: the estimates and rules that strategies learn by.
@Suite struct LearningVectorTests {
    @Test("V20: EWMA of 100 ms, time constant 10 s: 60.653 after 5 s, 36.788 after 10 s; 95.242 with 50 ms after 1 s")
    func v20() {
        let estimate = PeakEstimate(0.1, at: Instant(seconds: 0), tau: 10)
        expect(estimate.value(at: Instant(seconds: 5)), 0.060653, within: 1e-5)
        expect(estimate.value(at: Instant(seconds: 10)), 0.036788, within: 1e-5)
        var observed = estimate
        observed.observe(0.05, at: Instant(seconds: 1))
        expect(observed.value(at: Instant(seconds: 1)), 0.095242, within: 1e-5)
    }

    @Test(
        "V21: slow start over 60 s: 0.1 after 3 s, 0.5 after 30 s; aggression 2: 0.5 after 15 s; 0.5: 0.25 after 30 s"
    )
    func v21() {
        #expect(SlowStart(window: 60).share(after: 3) == 0.1)
        #expect(SlowStart(window: 60).share(after: 30) == 0.5)
        #expect(SlowStart(window: 60, aggression: 2).share(after: 15) == 0.5)
        #expect(SlowStart(window: 60, aggression: 0.5).share(after: 30) == 0.25)
    }

    @Test("V22: Gradient2 at limit 100, 100 outstanding, long 10, short 20: gradient 0.75, limit 95.8")
    func v22() {
        var limit = Gradient2Limit(limit: 100)
        #expect(limit.gradient(long: 10, short: 20) == 0.75)
        limit.step(long: 10, short: 20, outstanding: 100)
        expect(limit.limit, 95.8, within: 1e-12)
    }
}
