import LoadBalancing
import Testing

/// Every transition of the circuit breaker.
@Suite struct NodeHealthTests {
    @Test func fiveFailuresInARowEject() {
        var health = NodeHealth(policy: HealthPolicy())
        for _ in 0..<4 { #expect(health.finished(.failed, at: 1) == false) }
        _ = health.finished(.succeeded, at: 1)
        for _ in 0..<4 { #expect(health.finished(.failed, at: 1) == false) }
        #expect(health.state == .available)
        _ = health.finished(.abandoned, at: 1)
        #expect(health.finished(.failed, at: 2) == true)
        #expect(health.state == .ejected(until: 32))
        #expect(health.ejections == 1)
        #expect(!health.isFit)
    }

    @Test func aLowSuccessRateEjects() {
        var health = NodeHealth(policy: HealthPolicy())
        // Every fourth fails: never two in a row, and 75 % succeed. The 20th answer makes it count.
        for count in 1...19 {
            #expect(health.finished(count % 4 == 0 ? .failed : .succeeded, at: 1) == false)
        }
        #expect(health.finished(.failed, at: 1) == true)
    }

    @Test func failuresLongAgoDoNotCount() {
        var health = NodeHealth(policy: HealthPolicy())
        for count in 1...200 {
            // 4 failures in a row, 16 successes, and again after more than the window.
            let now = Instant(seconds: Double(count / 20) * 34)
            #expect(health.finished(count % 20 < 4 ? .failed : .succeeded, at: now) == false)
        }
    }

    @Test func oneLostConnectionEjects() {
        var health = NodeHealth(policy: HealthPolicy())
        #expect(health.connectionLost(at: 10) == true)
        #expect(health.state == .ejected(until: 40))
        #expect(!health.isReachable)
        #expect(health.connectionLost(at: 11) == false)
        #expect(health.ejections == 1)
        // Time alone does not bring back what is not there.
        #expect(health.advance(to: 100) == false)
        #expect(health.connected(at: 101) == true)
        #expect(health.state == .awaitingProbe)
    }

    @Test func aConnectionEndsTheEjectionEarly() {
        var health = NodeHealth(policy: HealthPolicy())
        _ = health.connectionLost(at: 10)
        _ = health.connected(at: 12)
        #expect(health.state == .awaitingProbe)
    }

    @Test func aProbeThatSucceedsBringsItBackSlowly() {
        var health = ejected(times: 1)
        #expect(health.advance(to: 29.9) == false)
        #expect(health.nextChange(after: 5) == 30)
        #expect(health.advance(to: 30) == true)
        #expect(health.state == .awaitingProbe)
        #expect(health.started() == true)
        #expect(health.state == .probing)
        #expect(health.started() == false)
        #expect(health.finished(.succeeded, at: 31) == true)
        #expect(health.state == .recovering(since: 31))
        #expect(health.share(at: 46) == 0.5)
        #expect(health.nextChange(after: 46) == 47)
        #expect(health.advance(to: 60.9) == false)
        #expect(health.advance(to: 61) == true)
        #expect(health.state == .available)
        #expect(health.share(at: 61) == 1)
    }

    @Test func aProbeThatFailsEjectsForLonger() {
        var health = ejected(times: 1)
        _ = health.advance(to: 30)
        _ = health.started()
        #expect(health.finished(.failed, at: 31) == true)
        #expect(health.state == .ejected(until: 91))
    }

    @Test func aProbeThatIsGivenUpIsRepeated() {
        var health = ejected(times: 1)
        _ = health.advance(to: 30)
        _ = health.started()
        #expect(health.finished(.abandoned, at: 31) == true)
        #expect(health.state == .awaitingProbe)
    }

    @Test(arguments: [(1, 30), (2, 60), (3, 120), (4, 240), (5, 300), (2000, 300)])
    func ejectionsGetLongerUpToALimit(times: Int, seconds: Double) {
        let health = ejected(times: times)
        guard case .ejected(let until) = health.state else {
            Issue.record("not ejected")
            return
        }
        #expect(abs(until.seconds - lastEjection(times: times) - seconds) < 1e-9)
        #expect(health.ejections == times)
    }

    @Test func ejectionsAreForgivenWithTime() {
        var health = ejected(times: 3)
        _ = health.advance(to: 1000)
        _ = health.started()
        _ = health.finished(.succeeded, at: 1000)
        for _ in 0..<5 { _ = health.finished(.failed, at: 1065) }
        // Two of three are forgiven after 65 s.
        #expect(health.ejections == 2)
        #expect(health.state == .ejected(until: 1125))
    }

    @Test func answersFromBeforeTheEjectionSayNothing() {
        var health = ejected(times: 1)
        for outcome in [Outcome.succeeded, .failed] { #expect(health.finished(outcome, at: 5) == false) }
        _ = health.advance(to: 30)
        for outcome in [Outcome.succeeded, .failed] { #expect(health.finished(outcome, at: 30) == false) }
        #expect(health.state == .awaitingProbe)
    }

    @Test func whatADrainedNodeLosesIsNoFailure() {
        var health = NodeHealth(policy: HealthPolicy())
        #expect(health.setDraining(true) == true)
        #expect(health.setDraining(true) == false)
        #expect(!health.isReachable)
        _ = health.connectionLost(at: 1)
        #expect(health.ejections == 0)
        _ = health.setDraining(false)
        _ = health.connected(at: 50)
        #expect(health.state == .recovering(since: 50))
        #expect(health.isReachable)
    }

    @Test func aBlockedNodeIsNotEjected() {
        var health = NodeHealth(policy: HealthPolicy())
        #expect(health.setBlocked(true) == true)
        #expect(!health.isReachable)
        #expect(health.isFit)
        #expect(health.setBlocked(false) == true)
        #expect(health.isReachable)
    }

    @Test func theFirstConnectionIsUsedAtOnce() {
        var health = NodeHealth(policy: HealthPolicy(), connected: false)
        #expect(!health.isReachable)
        #expect(health.connectionLost(at: 0) == false)
        #expect(health.connected(at: 1) == true)
        #expect(health.state == .available)
    }

    @Test func withoutAPolicyNothingEjects() {
        var health = NodeHealth(policy: nil)
        for _ in 0..<100 { _ = health.finished(.failed, at: 1) }
        _ = health.connectionLost(at: 2)
        #expect(health.state == .available)
        #expect(!health.isReachable)
        _ = health.connected(at: 3)
        #expect(health.isReachable)
        #expect(health.share(at: 3) == 1)
    }

    /// When the last of some ejections began, of which each probe but the last failed at once.
    private func lastEjection(times: Int) -> Double {
        (0..<max(0, times - 1)).reduce(into: 0) { $0 += $1 < 4 ? Double(30 << $1) : 300 }
    }

    private func ejected(times: Int) -> NodeHealth {
        var health = NodeHealth(policy: HealthPolicy())
        for _ in 0..<5 { _ = health.finished(.failed, at: 0) }
        for _ in 1..<max(1, times) {
            guard case .ejected(let until) = health.state else { continue }
            _ = health.advance(to: until)
            _ = health.started()
            _ = health.finished(.failed, at: until)
        }
        return health
    }
}
