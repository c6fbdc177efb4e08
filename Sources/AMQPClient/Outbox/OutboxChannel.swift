internal import NIOCore

/// What the outbox knows of a channel. A class, guarded by the outbox's lock like everything here: a struct in an array
/// would be copied per message.
final class OutboxChannel {
    enum Life {
        case open
        /// Between two epochs: confirmed publishes are kept for the next one, everything else waits for it.
        case suspended
        /// The next epoch has begun, and only recovery may use it so far.
        case restoring
        /// Why; it stays until its number is used again, to tell whoever comes too late.
        case ended(AMQPError)
    }

    let id: UInt64
    var life = Life.open
    /// The serial number of the present epoch; 0 between two of them.
    var epoch: UInt64
    /// Only in confirm mode.
    var confirms: Confirms?

    init(_ epoch: ChannelEpoch) {
        id = epoch.channel.id
        self.epoch = epoch.serial
    }

    /// Channel 0.
    init() {
        id = ChannelKey.connection.id
        epoch = 0
    }

    var hasEnded: Bool { if case .ended = life { true } else { false } }

    /// What a publisher's channel has besides; the publisher holds it too, for its tally.
    ///
    /// `@unchecked Sendable`: read and written under the outbox's lock only, by the outbox's functions.
    final class Confirms: @unchecked Sendable {
        var ledger: ConfirmLedger
        var waitingForWindow = WaitingLine()
        /// Those who wait until everything before a number is settled.
        var drains: [(before: UInt64, waiter: Waiter<Void>, deadline: NIODeadline)] = []
        var ended: AMQPError?

        init(ledger: ConfirmLedger) {
            self.ledger = ledger
        }
    }
}

extension OutboxChannel.Confirms {
    /// Who waits for messages of the last epoch waits for the same ones in this one.
    func renumber(_ resent: [UInt64]) {
        for index in drains.indices { drains[index].before = ledger.renumbered(drains[index].before, resent) }
        ledger.renumber(resent)
    }

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
