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
    /// - Parameter isRecovering: Whether it is recovery that asks: nobody else may use a channel that is being restored.
    /// - Returns: Whether the caller has to wake the event loop.
    func send(
        _ method: some MethodArguments,
        on key: ChannelKey,
        isRecovering: Bool = false
    ) throws(AMQPError) -> Bool {
        try step { (state) throws(AMQPError) in
            switch try state.requireLiving(key).life {
            case .open, .ended: break
            case .restoring: if !isRecovering { throw .interrupted }
            case .suspended: throw .interrupted
            }
            try state.frames.append(method, channel: key.number)
        }.needsFlush
    }

    /// Appends one method that is about a delivery.
    ///
    /// - Returns: Whether the epoch of that delivery still lives; if not, nothing was appended.
    func settle(_ method: some MethodArguments, of epoch: ChannelEpoch) throws(AMQPError) -> Step<Bool> {
        try step { (state) throws(AMQPError) in
            guard let channel = state.channel(epoch.channel.number, epoch: epoch.serial), !channel.hasEnded else {
                return false
            }
            try state.frames.append(method, channel: epoch.channel.number)
            return true
        }
    }

    /// Appends the protocol header or a heartbeat.
    func send(raw: [UInt8]) {
        state.withLockedValue { $0.frames.append(raw: raw) }
    }

    /// Appends one message; on a confirm-mode channel it gets the next number in the same step.
    func publish(
        _ message: OutboundMessage,
        on key: ChannelKey,
        confirmation: DeferredConfirmation?,
        turn: Turn
    ) throws(AMQPError) -> Step<Admission> {
        try step { (state) throws(AMQPError) in
            let channel = try state.requireLiving(key)
            let isSuspended = if case .open = channel.life { false } else { true }
            if let confirms = channel.confirms, !confirms.ledger.waitsForBroker {
                if isSuspended { throw .interrupted }
                if let reason = state.blocked { throw .blocked(reason) }
            }
            let isHeldUp = state.blocked != nil || state.frames.count >= state.maximumBytes
            if isSuspended ? confirmation == nil : isHeldUp {
                let deadline = turn.deadline
                return .wait(state.waitingForRoom.join(deadline: deadline), deadline: deadline)
            }
            guard let confirmation, let confirms = channel.confirms else {
                try state.frames.append(message, channel: key.number)
                return .accepted
            }
            return try state.publish(
                message, on: key.number, confirms, confirmation, turn, isSuspended: isSuspended)
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

    /// Bytes that were not yet handed to the socket.
    var waitingBytes: Int { state.withLockedValue { $0.frames.count } }

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

    func open(_ epoch: ChannelEpoch) {
        let number = Int(epoch.channel.number)
        state.withLockedValue { state in
            while state.channels.count <= number { state.channels.append(nil) }
            state.channels[number] = OutboxChannel(epoch)
        }
    }

    func startConfirming(_ key: ChannelKey, ledger: ConfirmLedger) -> OutboxChannel.Confirms {
        let confirms = OutboxChannel.Confirms(ledger: ledger)
        state.withLockedValue { $0.channel(key)?.confirms = confirms }
        return confirms
    }

    /// Why that channel cannot be used.
    func reason(_ key: ChannelKey) -> AMQPError {
        state.withLockedValue { state in
            do throws(AMQPError) {
                _ = try state.requireLiving(key)
                return .closedByUs
            } catch {
                return error
            }
        }
    }

    /// Ends the channel in the same step that appends its last method, so that nothing can follow on the wire. Open
    /// publishes end as unknown.
    func close(_ key: ChannelKey, lastly method: (any MethodArguments)?, because error: AMQPError) {
        var ended = Ended()
        state.withLockedValue { state in
            guard let channel = state.channel(key), !channel.hasEnded else { return }
            // The method is one of close and close-ok: it always fits, and if not, the connection is about to end.
            if let method { try? state.frames.append(method, channel: key.number) }
            ended.add(channel, because: error)
            // Those of this channel who wait for room are told; the others wait again.
            ended.retry = state.waitingForRoom.leaveAll()
        }
        ended.resume(error)
    }

    // MARK: Recovery

    /// Ends the present epoch of a channel, in one step with its last method.
    func suspend(_ key: ChannelKey, lastly method: (any MethodArguments)?, because error: AMQPError) {
        var interrupted = Interrupted()
        state.withLockedValue { state in
            guard let channel = state.channel(key), !channel.hasEnded else { return }
            if let method { try? state.frames.append(method, channel: key.number) }
            interrupted.add(channel, because: error)
        }
        interrupted.resume()
    }

    /// Ends the present epoch of all channels. Nothing of what was not yet written is.
    func suspendAll(because error: AMQPError) {
        var interrupted = Interrupted()
        state.withLockedValue { state in
            state.frames = FrameBuffer()
            state.isFlushRequested = false
            state.blocked = nil
            for case let channel? in state.channels.dropFirst() where !channel.hasEnded {
                interrupted.add(channel, because: error)
            }
            // They come again, and find their channel suspended.
            interrupted.retry += state.waitingForRoom.leaveAll()
        }
        interrupted.resume()
    }

    /// Begins the next epoch of a channel, for recovery alone.
    func beginRestoring(_ epoch: ChannelEpoch) {
        state.withLockedValue { state in
            guard let channel = state.channel(epoch.channel), !channel.hasEnded else { return }
            channel.epoch = epoch.serial
            channel.life = .restoring
        }
    }

    /// Opens the channel to everybody again, and sends what was kept for it.
    ///
    /// - Returns: Whether the caller has to wake the event loop.
    func finishRestoring(_ key: ChannelKey) -> Bool {
        var settled: [ConfirmLedger.Settled] = []
        var waiting: [Waiter<Void>] = []
        let needsFlush = state.withLockedValue { state in
            guard let channel = state.channel(key), case .restoring = channel.life else { return false }
            let before = state.frames.count
            channel.life = .open
            waiting = state.waitingForRoom.leaveAll()
            if let confirms = channel.confirms {
                var resent: [UInt64] = []
                for kept in confirms.ledger.restart() {
                    do throws(AMQPError) {
                        try state.send(kept.message, on: key.number, &confirms.ledger, kept.confirmation)
                        resent.append(kept.number)
                    } catch {
                        confirms.ledger.fail(kept.confirmation, error, into: &settled)
                    }
                }
                confirms.renumber(resent)
                waiting += confirms.waitingForWindow.leave(upTo: confirms.ledger.window - confirms.ledger.outstanding)
                waiting += confirms.next()
            }
            guard state.frames.count > before, !state.isFlushRequested else { return false }
            state.isFlushRequested = true
            return true
        }
        Self.resume(settled)
        for waiter in waiting { waiter.resolve(.success(())) }
        return needsFlush
    }

    /// Those who hear of the end of an epoch, outside the lock.
    private struct Interrupted {
        var settled: [ConfirmLedger.Settled] = []
        var retry: [Waiter<Void>] = []

        mutating func add(_ channel: OutboxChannel, because error: AMQPError) {
            channel.life = .suspended
            channel.epoch = 0
            guard let confirms = channel.confirms else { return }
            confirms.ledger.interrupt(error, into: &settled)
            retry += confirms.next()
        }

        func resume() {
            Outbox.resume(settled)
            for waiter in retry { waiter.resolve(.success(())) }
        }
    }

    // MARK: The end

    /// Ends everything, in one step with the connection's last method.
    func close(lastly method: (any MethodArguments)? = nil, because error: AMQPError) {
        var ended = Ended()
        state.withLockedValue { state in
            if state.closed == nil {
                state.closed = error
                if let method { try? state.frames.append(method, channel: 0) }
            }
            for case let channel? in state.channels where !channel.hasEnded { ended.add(channel, because: error) }
            ended.failed += state.waitingForRoom.leaveAll()
        }
        ended.resume(error)
    }

    /// The answer to a close that crossed our own: the channel, or everything, has ended here before.
    func answerClose(_ method: some MethodArguments, channel number: UInt16) {
        state.withLockedValue { state in try? state.frames.append(method, channel: number) }
    }

    /// Those who hear of an end, outside the lock.
    private struct Ended {
        var settled: [ConfirmLedger.Settled] = []
        var failed: [Waiter<Void>] = []
        var retry: [Waiter<Void>] = []

        mutating func add(_ channel: OutboxChannel, because error: AMQPError) {
            channel.life = .ended(error)
            channel.epoch = 0
            guard let confirms = channel.confirms else { return }
            confirms.ended = error
            confirms.ledger.abandon(error, into: &settled)
            failed += confirms.waitingForWindow.leaveAll() + confirms.drains.map(\.waiter)
            confirms.drains = []
        }

        func resume(_ error: AMQPError) {
            Outbox.resume(settled)
            for waiter in failed { waiter.resolve(.failure(error)) }
            for waiter in retry { waiter.resolve(.success(())) }
        }
    }

    // MARK: Confirms

    /// What the broker answered to publishes, in the order of a read.
    struct Answer {
        var channel: UInt16
        var epoch: UInt64
        var number: UInt64
        var multiple: Bool
        var nacked: Bool
    }

    func settle(_ answers: [Answer]) {
        var settled: [ConfirmLedger.Settled] = []
        var waiting: [Waiter<Void>] = []
        state.withLockedValue { state in
            for answer in answers {
                guard let channel = state.channel(answer.channel, epoch: answer.epoch), case .open = channel.life else {
                    continue
                }
                channel.confirms?.ledger
                    .settle(answer.number, multiple: answer.multiple, nacked: answer.nacked, into: &settled)
            }
            // Only the channels that were answered, in runs: a connection may have two thousand.
            var last: UInt64?
            for answer in answers where answer.epoch != last {
                last = answer.epoch
                if let confirms = state.channel(answer.channel, epoch: answer.epoch)?.confirms {
                    waiting += confirms.next()
                }
            }
        }
        Self.resume(settled)
        for waiter in waiting { waiter.resolve(.success(())) }
    }

    func giveUpUnanswered(_ confirms: OutboxChannel.Confirms, because error: AMQPError) {
        var settled: [ConfirmLedger.Settled] = []
        let waiting = state.withLockedValue { _ in
            confirms.ledger.abandon(error, into: &settled)
            return confirms.next()
        }
        Self.resume(settled)
        for waiter in waiting { waiter.resolve(.success(())) }
    }

    func returned(_ key: ChannelKey, _ reason: ReturnReason, messageID: String?) {
        state.withLockedValue { $0.channel(key)?.confirms?.ledger.returned(reason, messageID: messageID) }
    }

    func tally(_ confirms: OutboxChannel.Confirms) -> PublishTally {
        state.withLockedValue { _ in confirms.ledger.tally }
    }

    /// A waiter that is resolved once everything that was published so far is settled; `nil` if it is.
    ///
    /// - Throws: Why the channel ended, if it has.
    func drain(_ confirms: OutboxChannel.Confirms, deadline: NIODeadline) throws(AMQPError) -> Waiter<Void>? {
        let result: Result<Waiter<Void>?, AMQPError> = state.withLockedValue { _ in
            if let error = confirms.ended { return .failure(error) }
            let next = confirms.ledger.nextNumber
            guard confirms.ledger.oldest < next else { return .success(nil) }
            let waiter = Waiter<Void>()
            confirms.drains.append((before: next, waiter, deadline))
            return .success(waiter)
        }
        return try result.get()
    }

    /// The channels in confirm mode.
    var publishers: [OutboxChannel.Confirms] {
        state.withLockedValue { state in state.channels.compactMap { $0?.hasEnded == false ? $0?.confirms : nil } }
    }

    func nextWait(_ confirmation: DeferredConfirmation) -> UInt64 {
        state.withLockedValue { _ in
            confirmation.nextWait += 1
            return confirmation.nextWait
        }
    }

    func await(
        _ confirmation: DeferredConfirmation,
        _ id: UInt64,
        _ continuation: DeferredConfirmation.Continuation
    ) {
        let known: PublishOutcome? = state.withLockedValue { _ in
            if case .settled(let outcome) = confirmation.state { return outcome }
            // A cancel that came before this point found nobody to resume.
            if Task.isCancelled { return Self.cancelled }
            guard case .awaited(let others) = confirmation.state else {
                confirmation.state = .awaited([(id, continuation)])
                return nil
            }
            confirmation.state = .awaited(others + [(id, continuation)])
            return nil
        }
        if let known { continuation.resume(returning: known) }
    }

    func stopAwaiting(_ confirmation: DeferredConfirmation, _ id: UInt64) {
        let continuation: DeferredConfirmation.Continuation? = state.withLockedValue { _ in
            guard case .awaited(var waiting) = confirmation.state,
                let index = waiting.firstIndex(where: { $0.id == id })
            else { return nil }
            defer { confirmation.state = waiting.isEmpty ? .open : .awaited(waiting) }
            return waiting.remove(at: index).continuation
        }
        continuation?.resume(returning: Self.cancelled)
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
                late += confirms.expiredDrains(now: now)
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
        return .blocked(blocked)
    }

    fileprivate static func resume(_ settled: [ConfirmLedger.Settled]) {
        for entry in settled {
            for continuation in entry.waiting { continuation.resume(returning: entry.outcome) }
            entry.onOutcome?(entry.outcome)
        }
    }
}

extension AMQPError {
    package static func blocked(_ reason: String) -> AMQPError {
        AMQPError(
            .blocked, "the server blocks publishing (\(reason))",
            remedy: "Free memory or disk on the broker: rabbitmqctl status shows its alarms")
    }
}
