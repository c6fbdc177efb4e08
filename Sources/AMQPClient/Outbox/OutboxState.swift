internal import NIOCore

/// What is guarded by the outbox's lock.
struct OutboxState {
    var frames = FrameBuffer()
    var isFlushRequested = false
    var channels: [OutboxChannel?] = [OutboxChannel(epoch: ChannelKey.connection.epoch)]
    var closed: AMQPError?
    var blocked: String?
    /// Publishers that wait for room in `frames` or for the end of `blocked`.
    var waitingForRoom = WaitingLine()
    let maximumBytes: Int
}

/// What the outbox knows of an open channel. A class, guarded by the outbox's lock like everything here: a struct in an
/// array would be copied per message.
final class OutboxChannel {
    let epoch: UInt64
    /// Why it has ended; it stays until its number is used again, to tell whoever comes too late.
    var ended: AMQPError?
    /// Only in confirm mode.
    var confirms: Confirms?

    init(epoch: UInt64) {
        self.epoch = epoch
    }

    var isOpen: Bool { ended == nil }

    /// What a publisher's channel has besides; the publisher holds it too, for its tally.
    ///
    /// `@unchecked Sendable`: read and written under the outbox's lock only, by the outbox's functions.
    final class Confirms: @unchecked Sendable {
        var ledger: ConfirmLedger
        var waitingForWindow = WaitingLine()
        /// Those who wait until everything before a number is settled.
        var drains: [(before: UInt64, waiter: Waiter<Void>, deadline: NIODeadline)] = []
        var ended: AMQPError?

        init(window: Int) {
            ledger = ConfirmLedger(window: window)
        }
    }
}

extension OutboxState {
    /// The channel, open or ended.
    func channel(_ key: ChannelKey) -> OutboxChannel? {
        guard Int(key.number) < channels.count, let channel = channels[Int(key.number)], channel.epoch == key.epoch
        else { return nil }
        return channel
    }

    func openChannel(_ key: ChannelKey) -> OutboxChannel? {
        guard let channel = channel(key), channel.isOpen else { return nil }
        return channel
    }

    func requireOpen(_ key: ChannelKey) throws(AMQPError) -> OutboxChannel {
        if closed == nil, let channel = openChannel(key) { return channel }
        throw closed ?? channel(key)?.ended
            ?? AMQPError(.channelClosed, "the channel is closed", remedy: "Open a new one")
    }

    mutating func publish(
        _ message: OutboundMessage,
        on number: UInt16,
        _ confirms: OutboxChannel.Confirms,
        _ confirmation: DeferredConfirmation,
        _ turn: Outbox.Turn
    ) throws(AMQPError) -> Outbox.Admission {
        // Who comes later does not overtake those who wait.
        var mustQueue = false
        if case .newcomer = turn { mustQueue = !confirms.waitingForWindow.isEmpty }
        guard !mustQueue, confirms.ledger.hasRoom else {
            let deadline = turn.deadline
            return .wait(confirms.waitingForWindow.join(deadline: deadline), deadline: deadline)
        }
        guard message.mandatory else {
            try frames.append(message, channel: number)
            confirms.ledger.register(confirmation)
            return .accepted
        }
        var message = message
        let ownMessageID = message.properties.messageID
        if ownMessageID == nil {
            message.properties.messageID = confirms.ledger.messageIDs.id(confirms.ledger.nextNumber)
        }
        try frames.append(message, channel: number)
        confirms.ledger.register(
            confirmation, returnableAs: ownMessageID,
            by: ownMessageID == nil ? nil : .init(exchange: message.exchange, routingKey: message.routingKey))
        return .accepted
    }
}

extension OutboxChannel.Confirms {
    func expiredDrains(now: NIODeadline) -> [Waiter<Void>] {
        let expired = drains.filter { $0.deadline <= now }.map(\.waiter)
        drains.removeAll { $0.deadline <= now }
        return expired
    }

    /// Those whose turn it is: as many as the window has room for, once there is ample room.
    func next() -> [Waiter<Void>] {
        var next: [Waiter<Void>] = []
        if !drains.isEmpty {
            let oldest = ledger.oldest
            next = drains.filter { $0.before <= oldest }.map(\.waiter)
            drains.removeAll { $0.before <= oldest }
        }
        if ledger.hasAmpleRoom, !waitingForWindow.isEmpty {
            next += waitingForWindow.leave(upTo: ledger.window - ledger.outstanding)
        }
        return next
    }
}
