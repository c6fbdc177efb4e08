internal import NIOCore

/// What is guarded by the outbox's lock.
struct OutboxState {
    var frames = FrameBuffer()
    var isFlushRequested = false
    var channels: [OutboxChannel?] = [OutboxChannel()]
    var closed: AMQPError?
    var blocked: String?
    /// Publishers that wait for room in `frames`, for the end of `blocked`, or for recovery.
    var waitingForRoom = WaitingLine()
    let maximumBytes: Int
}

extension OutboxState {
    /// The channel, open or ended.
    func channel(_ key: ChannelKey) -> OutboxChannel? {
        guard Int(key.number) < channels.count, let channel = channels[Int(key.number)], channel.id == key.id
        else { return nil }
        return channel
    }

    /// The channel, if that life of it is the present one.
    func channel(_ number: UInt16, epoch: UInt64) -> OutboxChannel? {
        guard Int(number) < channels.count, let channel = channels[Int(number)], channel.epoch == epoch else {
            return nil
        }
        return channel
    }

    /// The channel, unless it has ended for good.
    func requireLiving(_ key: ChannelKey) throws(AMQPError) -> OutboxChannel {
        if let closed { throw closed }
        guard let channel = channel(key) else {
            throw AMQPError(.channelClosed, "the channel is closed", remedy: "Open a new one")
        }
        if case .ended(let error) = channel.life { throw error }
        return channel
    }

    mutating func publish(
        _ message: OutboundMessage,
        on number: UInt16,
        _ confirms: OutboxChannel.Confirms,
        _ confirmation: DeferredConfirmation,
        _ turn: Outbox.Turn,
        isSuspended: Bool
    ) throws(AMQPError) -> Outbox.Admission {
        // Who comes later does not overtake those who wait.
        var mustQueue = false
        if case .newcomer = turn { mustQueue = !confirms.waitingForWindow.isEmpty }
        let mustRetain = isSuspended || confirms.ledger.replays
        guard !mustQueue, confirms.ledger.hasRoom, !mustRetain || confirms.ledger.canRetain(message) else {
            let deadline = turn.deadline
            return .wait(confirms.waitingForWindow.join(deadline: deadline), deadline: deadline)
        }
        if isSuspended {
            confirms.ledger.registerUnsent(confirmation, message)
        } else {
            try send(message, on: number, &confirms.ledger, confirmation)
        }
        return .accepted
    }

    /// Number, bytes and place in the ledger, in one step.
    mutating func send(
        _ message: OutboundMessage,
        on number: UInt16,
        _ ledger: inout ConfirmLedger,
        _ confirmation: DeferredConfirmation
    ) throws(AMQPError) {
        // What may be sent twice has to have an id by which it can be told.
        guard message.mandatory || ledger.replays else {
            try frames.append(message, channel: number)
            return ledger.register(confirmation)
        }
        var message = message
        let ownMessageID = message.properties.messageID
        if ownMessageID == nil { message.properties.messageID = ledger.messageIDs.id(ledger.nextNumber) }
        try frames.append(message, channel: number)
        let isReturnable = message.mandatory && ownMessageID != nil
        ledger.register(
            confirmation, returnableAs: isReturnable ? ownMessageID : nil,
            by: isReturnable ? .init(exchange: message.exchange, routingKey: message.routingKey) : nil,
            retaining: ledger.replays ? message : nil)
    }
}
