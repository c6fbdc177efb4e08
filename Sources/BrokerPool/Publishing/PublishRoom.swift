internal import AMQPClient
internal import NIOConcurrencyHelpers
internal import NIOCore

/// How much a pool's publisher may have open, over all nodes, and who waits for a place.
///
/// Entering, leaving and counting are one locking each: a message pays for nothing else here.
final class PublishRoom: Sendable {
    private struct State {
        var open = 0
        var openBytes = 0
        /// Of the last message that came in, from 1.
        var number: UInt64 = 0
        var tally = PublishTally()
        var waiting = WaitingLine()
        var drains: [Waiter<Void>] = []
        var isClosed = false
    }

    private let window: Int
    private let maximumBytes: Int
    private let timeout: TimeAmount
    private let state = NIOLockedValueBox(State())

    /// - Parameters:
    ///   - window: The most messages that may be open.
    ///   - maximumBytes: The most bytes of bodies; one message may exceed it.
    ///   - timeout: How long one waits for a place.
    init(window: Int, maximumBytes: Int, timeout: TimeAmount) {
        self.window = window
        self.maximumBytes = maximumBytes
        self.timeout = timeout
    }

    /// Waits until there is a place for one more.
    ///
    /// - Returns: The message's number.
    func enter(_ size: Int) async throws(AMQPError) -> UInt64 {
        var isNewcomer = true
        while true {
            let admission: Result<Admission, AMQPError> = state.withLockedValue { state in
                if state.isClosed { return .failure(.publisherClosed) }
                let hasRoom = state.open < window && (state.openBytes == 0 || size <= maximumBytes - state.openBytes)
                // Who comes later does not overtake those who wait.
                guard hasRoom, !isNewcomer || state.waiting.isEmpty else {
                    return .success(.wait(state.waiting.join(deadline: .now() + timeout)))
                }
                state.open += 1
                state.openBytes += size
                state.number &+= 1
                return .success(.entered(state.number))
            }
            switch try admission.get() {
            case .entered(let number): return number
            case .wait(let waiter): try await waiter.value()
            }
            isNewcomer = false
        }
    }

    private enum Admission {
        case entered(UInt64)
        case wait(Waiter<Void>)
    }

    /// - Parameter outcome: `nil` if the message was never sent, and does not count.
    func leave(_ size: Int, _ outcome: PublishOutcome?) {
        let waiting = state.withLockedValue { state -> [Waiter<Void>] in
            if let outcome { state.tally.count(outcome) }
            state.open -= 1
            state.openBytes -= size
            var waiting: [Waiter<Void>] = []
            if state.open == 0 {
                waiting = state.drains
                state.drains = []
            }
            // One wake-up per message would be a thread hop per message.
            if state.open <= window / 2 { waiting += state.waiting.leave(upTo: window - state.open) }
            return waiting
        }
        for waiter in waiting { waiter.resolve(.success(())) }
    }

    /// Those who have waited too long are told so.
    func expire(now: NIODeadline) {
        for waiter in state.withLockedValue({ $0.waiting.leaveExpired(now: now) }) {
            waiter.resolve(.failure(.noRoom))
        }
    }

    /// Waits until nobody is in here.
    func drain() async throws(AMQPError) {
        let waiter: Waiter<Void>? = state.withLockedValue { state in
            guard state.open > 0 else { return nil }
            let waiter = Waiter<Void>()
            state.drains.append(waiter)
            return waiter
        }
        if let waiter { try await waiter.value() }
    }

    /// Nobody comes in any more, and those who wait are told so.
    func close() {
        let waiting = state.withLockedValue { state in
            state.isClosed = true
            return state.waiting.leaveAll()
        }
        for waiter in waiting { waiter.resolve(.failure(.publisherClosed)) }
    }

    var tally: PublishTally { state.withLockedValue { $0.tally } }
}

extension AMQPError {
    fileprivate static let publisherClosed = AMQPError(
        .connectionClosed, "the publisher was closed", remedy: "Make another")
    fileprivate static let noRoom = AMQPError(
        .timeout, "there was no room to publish in time: the brokers take or confirm messages too slowly")
}
