import LoadBalancing
import Testing

@Suite struct SlowStartTests {
    /// V21.
    @Test(arguments: [(3, 1, 0.1), (30, 1, 0.5), (15, 2, 0.5), (30, 0.5, 0.25), (60, 1, 1), (1e9, 2, 1), (0, 1, 0.1)])
    func followsEnvoy(time: Double, aggression: Double, share: Double) {
        let slowStart = SlowStart(window: 60, aggression: aggression)
        #expect(abs(slowStart.share(after: time) - share) < 1e-12)
    }

    @Test func withoutAWindowThereIsNone() {
        #expect(SlowStart(window: 0).share(after: 0) == 1)
    }

    @Test(arguments: [Double.nan, -.infinity, -1, 0, 1, .infinity]) func garbageGivesAShare(number: Double) {
        let slowStart = SlowStart(window: number, aggression: number, minimum: number)
        #expect((0...1).contains(slowStart.share(after: 1)))
        #expect((0...1).contains(SlowStart().share(after: number)))
    }
}
