import NIOCore
import Testing

@testable import AMQPClient

@Suite struct HeartbeatMonitorTests {
    private static func at(_ seconds: Int64) -> NIODeadline {
        .uptimeNanoseconds(1_000_000_000_000) + .seconds(seconds)
    }

    @Test func aHeartbeatIsDueAfterHalfTheIntervalWithoutBytes() {
        var monitor = HeartbeatMonitor(interval: .seconds(10), now: Self.at(0))
        #expect(monitor.tick(now: Self.at(4)) == .none)
        #expect(monitor.tick(now: Self.at(5)) == .send)
        #expect(monitor.tick(now: Self.at(6)) == .none)
        monitor.didSend()
        #expect(monitor.tick(now: Self.at(9)) == .none)
        #expect(monitor.tick(now: Self.at(13)) == .none)
        #expect(monitor.tick(now: Self.at(14)) == .send)
    }

    @Test func thePeerIsDeadAfterTwiceTheIntervalWithoutBytes() {
        var monitor = HeartbeatMonitor(interval: .seconds(10), now: Self.at(0))
        monitor.didReceive()
        #expect(monitor.tick(now: Self.at(5)) == .send)
        #expect(monitor.tick(now: Self.at(24)) == .send)
        #expect(monitor.tick(now: Self.at(25)) == .peerIsDead)
    }

    @Test func zeroSwitchesBothOff() {
        var monitor = HeartbeatMonitor(interval: .zero, now: Self.at(0))
        #expect(monitor.tick(now: Self.at(1000)) == .none)
    }
}
