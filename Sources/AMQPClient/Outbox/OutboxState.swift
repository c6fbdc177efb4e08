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

/// What the outbox knows of an open channel.
struct OutboxChannel {
    let epoch: UInt64
    /// Only in confirm mode.
    var ledger: ConfirmLedger?
    var waitingForWindow = WaitingLine()
    var waitingForSettled = WaitingLine()

    init(epoch: UInt64) {
        self.epoch = epoch
    }
}

extension OutboxState {
    func isOpen(_ key: ChannelKey) -> Bool {
        Int(key.number) < channels.count && channels[Int(key.number)]?.epoch == key.epoch
    }

    func requireOpen(_ key: ChannelKey) throws(AMQPError) {
        if isOpen(key) { return }
        throw closed ?? AMQPError(.channelClosed, "the channel is closed", remedy: "Open a new one")
    }

    mutating func publish(
        _ message: OutboundMessage,
        on number: UInt16,
        _ confirmation: Waiter<PublishOutcome>,
        _ turn: Outbox.Turn
    ) throws(AMQPError) -> Outbox.Admission {
        let index = Int(number)
        guard let next = channels[index]?.ledger?.nextNumber else { return .accepted }
        // Who comes later does not overtake those who wait.
        var mustQueue = false
        if case .newcomer = turn { mustQueue = channels[index]?.waitingForWindow.isEmpty == false }
        guard !mustQueue, channels[index]?.ledger?.hasRoom == true else {
            let deadline = turn.deadline
            guard let waiter = channels[index]?.waitingForWindow.join(deadline: deadline) else { return .accepted }
            return .wait(waiter, deadline: deadline)
        }
        var message = message
        var ownMessageID: String?
        if message.mandatory {
            ownMessageID = message.properties.messageID
            if ownMessageID == nil { message.properties.messageID = channels[index]?.ledger?.messageIDs.id(next) }
        }
        try frames.append(message, channel: number)
        channels[index]?.ledger?.register(confirmation, returnableAs: ownMessageID)
        return .accepted
    }

    /// Those whose turn it is: as many as the window has room for, once there is ample room.
    mutating func nextInWindow(_ number: UInt16) -> [Waiter<Void>] {
        let index = Int(number)
        guard let ledger = channels[index]?.ledger else { return [] }
        var next: [Waiter<Void>] = []
        if ledger.outstanding == 0, channels[index]?.waitingForSettled.isEmpty == false {
            next = channels[index]?.waitingForSettled.leaveAll() ?? []
        }
        if ledger.hasAmpleRoom, channels[index]?.waitingForWindow.isEmpty == false {
            next += channels[index]?.waitingForWindow.leave(upTo: ledger.window - ledger.outstanding) ?? []
        }
        return next
    }
}
