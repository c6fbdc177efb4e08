internal import NIOConcurrencyHelpers
internal import NIOCore

/// Everything that leaves a connection passes here, from any thread, under one lock.
///
/// The lock makes *one step* of what must not be torn apart: is the channel still open, number and waiter of a publish,
/// its bytes behind those of the message before. Only the first append since the last flush asks for a wake-up of the
/// event loop; the loop then takes all bytes at once.
///
/// `@unchecked Sendable`: `state` is reached through its lock only, and the encoder's arena inside, which is what keeps
/// `OutboxState` from being `Sendable`, never leaves it.
final class Outbox: @unchecked Sendable {
    private let state: NIOLockedValueBox<OutboxState>

    /// What came of a publish.
    enum Admission {
        case accepted
        /// No room; wait, then try again.
        case wait(Waiter<Void>, deadline: NIODeadline)
    }

    /// A publisher's place among those who wait for room.
    enum Turn {
        case newcomer(timeout: TimeAmount)
        case waited(deadline: NIODeadline)

        /// The clock is read only when there is no room: reading it costs as much as encoding a message.
        var deadline: NIODeadline {
            switch self {
            case .newcomer(let timeout): .now() + timeout
            case .waited(let deadline): deadline
            }
        }
    }

    /// A result, and whether the caller has to wake the event loop.
    struct Step<Value> {
        var value: Value
        var needsFlush: Bool
    }

    init(maximumBytes: Int) {
        state = NIOLockedValueBox(OutboxState(maximumBytes: maximumBytes))
    }

    // MARK: Sending

    /// Appends one method.
    ///
    /// - Returns: Whether the caller has to wake the event loop.
    func send(_ method: some MethodArguments, on key: ChannelKey) throws(AMQPError) -> Bool {
        try step { (state) throws(AMQPError) in
            _ = try state.requireOpen(key)
            try state.frames.append(method, channel: key.number)
        }.needsFlush
    }

    /// Appends the protocol header or a heartbeat.
    func send(raw: [UInt8]) {
        state.withLockedValue { $0.frames.append(raw: raw) }
    }

    /// Appends one message; on a confirm-mode channel it gets the next number in the same step.
    ///
    func publish(
        _ message: OutboundMessage,
        on key: ChannelKey,
        confirmation: DeferredConfirmation?,
        turn: Turn
    ) throws(AMQPError) -> Step<Admission> {
        try step { (state) throws(AMQPError) in
            let channel = try state.requireOpen(key)
            if state.blocked != nil || state.frames.count >= state.maximumBytes {
                let deadline = turn.deadline
                return .wait(state.waitingForRoom.join(deadline: deadline), deadline: deadline)
            }
            guard let confirmation, let confirms = channel.confirms else {
                try state.frames.append(message, channel: key.number)
                return .accepted
            }
            return try state.publish(message, on: key.number, confirms, confirmation, turn)
        }
    }

    private func step<Value>(
        _ body: (inout OutboxState) throws(AMQPError) -> Value
    ) throws(AMQPError) -> Step<Value> {
        let result: Result<Step<Value>, AMQPError> = state.withLockedValue { state in
            do throws(AMQPError) {
                let before = state.frames.count
                let value = try body(&state)
                let needsFlush = state.frames.count > before && !state.isFlushRequested
                if needsFlush { state.isFlushRequested = true }
                return .success(Step(value: value, needsFlush: needsFlush))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    // MARK: Flushing, on the event loop

    /// All bytes so far; those who waited for room may go on.
    func takeBytes() -> ByteBuffer {
        let (bytes, waiting) = state.withLockedValue { state in
            state.isFlushRequested = false
            let bytes = state.frames.take()
            return (bytes, state.blocked == nil ? state.waitingForRoom.leaveAll() : [])
        }
        for waiter in waiting { waiter.resolve(.success(())) }
        return bytes
    }

    // MARK: Channels

    func setFrameMax(_ frameMax: Int) {
        state.withLockedValue { $0.frames.frameMax = frameMax }
    }

    func open(_ key: ChannelKey) {
        state.withLockedValue { state in
            while state.channels.count <= Int(key.number) { state.channels.append(nil) }
            state.channels[Int(key.number)] = OutboxChannel(epoch: key.epoch)
        }
    }

    func startConfirming(_ key: ChannelKey, window: Int) {
        state.withLockedValue { $0.channel(key)?.confirms = OutboxChannel.Confirms(window: window) }
    }

    /// Ends the channel in the same step that appends its last method, so that nothing can follow on the wire. Open
    /// publishes end as unknown.
    func close(_ key: ChannelKey, lastly method: (any MethodArguments)?, because error: AMQPError) {
        var settled: [ConfirmLedger.Settled] = []
        let waiting: [Waiter<Void>] = state.withLockedValue { state in
            guard let channel = state.openChannel(key) else { return [] }
            // The method is one of close and close-ok: it always fits, and if not, the connection is about to end.
            if let method { try? state.frames.append(method, channel: key.number) }
            channel.isOpen = false
            guard let confirms = channel.confirms else { return [] }
            confirms.ledger.abandon(error, into: &settled)
            return confirms.waitingForWindow.leaveAll() + confirms.waitingForSettled.leaveAll()
        }
        Self.resume(settled)
        for waiter in waiting { waiter.resolve(.failure(error)) }
    }

    /// `channel.close-ok` on a channel that has ended here before: both sides closed it at the same time.
    func sendCloseOk(_ number: UInt16) throws(AMQPError) {
        _ = try step { (state) throws(AMQPError) in
            try state.frames.append(ChannelCloseOk(), channel: number)
        }
    }

    /// Ends everything.
    func close(because error: AMQPError) {
        let keys: [ChannelKey] = state.withLockedValue { state in
            state.closed = state.closed ?? error
            return state.channels.enumerated().compactMap { number, channel in
                channel.map { ChannelKey(number: UInt16(number), epoch: $0.epoch) }
            }
        }
        for key in keys { close(key, lastly: nil, because: error) }
        let waiting = state.withLockedValue { $0.waitingForRoom.leaveAll() }
        for waiter in waiting { waiter.resolve(.failure(error)) }
    }

    // MARK: Confirms

    /// What the broker answered to publishes, in the order of a read.
    struct Answer {
        var channel: ChannelKey
        var number: UInt64
        var multiple: Bool
        var nacked: Bool
    }

    func settle(_ answers: [Answer]) {
        var settled: [ConfirmLedger.Settled] = []
        var waiting: [Waiter<Void>] = []
        state.withLockedValue { state in
            for answer in answers {
                state.channel(answer.channel)?.confirms?.ledger
                    .settle(answer.number, multiple: answer.multiple, nacked: answer.nacked, into: &settled)
            }
            for channel in state.channels {
                if let confirms = channel?.confirms { waiting += confirms.next() }
            }
        }
        Self.resume(settled)
        for waiter in waiting { waiter.resolve(.success(())) }
    }

    func returned(_ key: ChannelKey, _ reason: ReturnReason, messageID: String?) {
        state.withLockedValue { $0.channel(key)?.confirms?.ledger.returned(reason, messageID: messageID) }
    }

    func tally(_ key: ChannelKey) -> PublishTally? {
        state.withLockedValue { $0.channel(key)?.confirms?.ledger.tally }
    }

    /// A waiter that is resolved once no publish of the channel is open; `nil` if none is.
    func whenSettled(_ key: ChannelKey, deadline: NIODeadline) -> Waiter<Void>? {
        state.withLockedValue { state in
            guard let confirms = state.channel(key)?.confirms, confirms.ledger.outstanding > 0 else { return nil }
            return confirms.waitingForSettled.join(deadline: deadline)
        }
    }

    func await(_ confirmation: DeferredConfirmation, _ continuation: DeferredConfirmation.Continuation) {
        let known: PublishOutcome? = state.withLockedValue { _ in
            switch confirmation.state {
            case .open: confirmation.state = .awaited([continuation])
            case .awaited(let others): confirmation.state = .awaited(others + [continuation])
            case .settled(let outcome): return outcome
            }
            // A cancel that came before this point found nobody to resume.
            guard Task.isCancelled else { return nil }
            confirmation.state = .open
            return Self.cancelled
        }
        if let known { continuation.resume(returning: known) }
    }

    func stopAwaiting(_ confirmation: DeferredConfirmation) {
        let waiting: [DeferredConfirmation.Continuation] = state.withLockedValue { _ in
            guard case .awaited(let waiting) = confirmation.state else { return [] }
            confirmation.state = .open
            return waiting
        }
        for continuation in waiting { continuation.resume(returning: Self.cancelled) }
    }

    private static let cancelled = PublishOutcome.unknown(
        AMQPError(.cancelled, "the task was cancelled before the broker's confirm came"))

    // MARK: Blocking and deadlines, on the event loop

    func setBlocked(_ reason: String?) {
        let waiting: [Waiter<Void>] = state.withLockedValue { state in
            state.blocked = reason
            return reason == nil ? state.waitingForRoom.leaveAll() : []
        }
        for waiter in waiting { waiter.resolve(.success(())) }
    }

    var blocked: String? { state.withLockedValue { $0.blocked } }

    /// Ends waits and open confirms whose time is over.
    func expire(now: NIODeadline, confirmTimeout: TimeAmount) {
        var settled: [ConfirmLedger.Settled] = []
        let (late, timely, blocked) = state.withLockedValue { state in
            var late = state.waitingForRoom.leaveExpired(now: now)
            var timely: [Waiter<Void>] = []
            for channel in state.channels {
                guard let confirms = channel?.confirms else { continue }
                confirms.ledger.expire(now: now, timeout: confirmTimeout, into: &settled)
                late += confirms.waitingForWindow.leaveExpired(now: now)
                late += confirms.waitingForSettled.leaveExpired(now: now)
                timely += confirms.next()
            }
            return (late, timely, state.blocked)
        }
        Self.resume(settled)
        for waiter in timely { waiter.resolve(.success(())) }
        for waiter in late { waiter.resolve(.failure(Self.late(blocked: blocked))) }
    }

    private static func late(blocked: String?) -> AMQPError {
        guard let blocked else {
            return AMQPError(
                .timeout, "there was no room to publish in time: the broker takes or confirms messages too slowly")
        }
        return AMQPError(
            .blocked, "the server blocks publishing (\(blocked)) and did not stop in time",
            remedy: "Free memory or disk on the broker: rabbitmqctl status shows its alarms")
    }

    private static func resume(_ settled: [ConfirmLedger.Settled]) {
        for entry in settled {
            for continuation in entry.waiting { continuation.resume(returning: entry.outcome) }
        }
    }
}
