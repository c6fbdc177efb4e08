internal import NIOCore

/// Decides when to send a heartbeat and when the peer is dead, without a clock of its own.
///
/// Any byte counts as a sign of life, in both directions. A heartbeat is due after half the interval without outgoing
/// bytes; the peer is dead after twice the interval without incoming ones.
struct HeartbeatMonitor: Sendable {
    enum Action: Sendable, Equatable {
        case none
        case send
        case peerIsDead
    }

    private let interval: TimeAmount
    private var lastSent: NIODeadline
    private var lastReceived: NIODeadline
    private var sentSinceTick = false
    private var receivedSinceTick = false

    /// - Parameter interval: The negotiated heartbeat; zero switches both directions off.
    init(interval: TimeAmount, now: NIODeadline) {
        self.interval = interval
        lastSent = now
        lastReceived = now
    }

    mutating func didSend() { sentSinceTick = true }
    mutating func didReceive() { receivedSinceTick = true }

    /// To be called often compared with the interval: a byte seen since the last call counts as seen now.
    mutating func tick(now: NIODeadline) -> Action {
        guard interval > .zero else { return .none }
        if sentSinceTick { lastSent = now }
        if receivedSinceTick { lastReceived = now }
        sentSinceTick = false
        receivedSinceTick = false
        if now - lastReceived >= interval * 2 { return .peerIsDead }
        if (now - lastSent) * 2 >= interval {
            lastSent = now
            return .send
        }
        return .none
    }
}
