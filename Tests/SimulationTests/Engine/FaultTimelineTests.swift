import Testing

@testable import Simulation

@Suite struct FaultTimelineTests {
    @Test func faultsOfOneNodeAddUp() {
        let timeline = FaultTimeline(
            [
                Fault(node: 0, .slow(2), from: 10, until: 30), Fault(node: 0, .slow(3), from: 20, until: 40),
                Fault(node: 0, .down, from: 25, until: .infinity), Fault(node: 1, .blocked, from: 0, until: 5),
            ], nodes: 2)
        #expect(timeline.condition(of: 0, at: 5) == NodeCondition())
        #expect(timeline.condition(of: 0, at: 10).slowness == 2)
        #expect(timeline.condition(of: 0, at: 20).slowness == 6)
        #expect(timeline.condition(of: 0, at: 30).slowness == 3)
        #expect(timeline.condition(of: 0, at: 1e9).isDown)
        #expect(timeline.condition(of: 1, at: 4).isBlocked)
    }

    @Test func pausesMoveTheEndOfWhatTheyMeet() {
        let timeline = FaultTimeline(
            [
                Fault(node: 0, .paused, from: 10, until: 20), Fault(node: 0, .paused, from: 15, until: 25),
                Fault(node: 0, .paused, from: 30, until: 31),
            ], nodes: 1)
        let pauses = timeline.pauses(of: 0)
        #expect(pauses.count == 2)
        #expect(pauses.end(from: 0, after: 10) == 10)
        #expect(pauses.end(from: 0, after: 11) == 26)
        #expect(pauses.end(from: 12, after: 1) == 26)
        #expect(pauses.end(from: 12, after: 6) == 32)
        #expect(pauses.end(from: 40, after: 6) == 46)
    }
}
