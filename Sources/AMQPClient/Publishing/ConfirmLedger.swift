internal import NIOCore

/// The publishes of one confirm-mode channel that the broker has not answered yet, without I/O.
///
/// Both sides count publishes from 1, so a message's number is its place in the order of bytes on the wire: it is given
/// out in the step that appends those bytes. At most ``window`` are open; ring slot = number modulo capacity.
struct ConfirmLedger {
    /// Those who wait for an outcome that is now known; to be resumed outside the lock.
    struct Settled {
        var waiting: [DeferredConfirmation.Continuation]
        var outcome: PublishOutcome
    }

    /// Where a message went. Two open messages may have the same id; on the same route they meet the same fate.
    struct Route {
        var number: UInt64 = 0
        var exchange: String
        var routingKey: String
    }

    /// Everything before `before` had been sent by `time`.
    private struct Mark {
        var time: NIODeadline
        var before: UInt64
    }

    let window: Int
    let messageIDs: MessageIDs
    private(set) var tally = PublishTally()
    private(set) var outstanding = 0
    private(set) var nextNumber: UInt64 = 1
    /// The first that is still open; everything before it is settled.
    private(set) var oldest: UInt64 = 1
    private var ring: [DeferredConfirmation?]
    private var marks = CircularBuffer<Mark>()
    /// Message ids that the user chose, of mandatory messages only: a `basic.return` carries nothing else to tell which
    /// message it is.
    private var routesByMessageID: [String: [Route]] = [:]
    private var messageIDsByNumber: [UInt64: String] = [:]
    /// What came back, until its ack comes.
    private var returnedByNumber: [UInt64: ReturnReason] = [:]

    init(window: Int, messageIDs: MessageIDs = MessageIDs()) {
        self.window = max(1, window)
        self.messageIDs = messageIDs
        ring = Array(repeating: nil, count: self.window)
    }

    var hasRoom: Bool { outstanding < window && nextNumber - oldest < UInt64(ring.count) }

    /// Room enough to let those go on who wait: waking one publisher per answer would cost a thread hop per message.
    var hasAmpleRoom: Bool { outstanding <= window / 2 && hasRoom }

    mutating func register(
        _ confirmation: DeferredConfirmation,
        returnableAs messageID: String? = nil,
        by route: Route? = nil
    ) {
        let number = nextNumber
        ring[slot(number)] = confirmation
        nextNumber += 1
        outstanding += 1
        if let messageID, var route {
            route.number = number
            routesByMessageID[messageID, default: []].append(route)
            messageIDsByNumber[number] = messageID
        }
    }

    /// `basic.return`, which comes before the ack of the same message.
    mutating func returned(_ reason: ReturnReason, messageID: String?) {
        guard let messageID else { return }
        let own = routesByMessageID[messageID]?.first {
            $0.exchange == reason.exchange && $0.routingKey == reason.routingKey && returnedByNumber[$0.number] == nil
        }
        guard let number = own?.number ?? messageIDs.number(of: messageID), number >= oldest, number < nextNumber
        else { return }
        returnedByNumber[number] = reason
    }

    /// `basic.ack` or `basic.nack`. A number that is not open is ignored: the broker answers each once.
    mutating func settle(_ number: UInt64, multiple: Bool, nacked: Bool, into settled: inout [Settled]) {
        guard number < nextNumber else { return }
        if multiple {
            var next = oldest
            while next <= number {
                settleOne(next, nacked ? .nacked : .confirmed, into: &settled)
                next += 1
            }
        } else if number >= oldest {
            settleOne(number, nacked ? .nacked : .confirmed, into: &settled)
        }
        advance()
    }

    /// The channel is gone: all that is open ends as unknown.
    mutating func abandon(_ error: AMQPError, into settled: inout [Settled]) {
        var next = oldest
        while next < nextNumber {
            settleOne(next, .unknown(error), into: &settled)
            next += 1
        }
        advance()
    }

    /// Ends as unknown what was sent before `now - timeout`. The precision is the interval between calls.
    mutating func expire(now: NIODeadline, timeout: TimeAmount, into settled: inout [Settled]) {
        guard outstanding > 0 else { return marks.removeAll(keepingCapacity: true) }
        if marks.last?.before != nextNumber { marks.append(Mark(time: now, before: nextNumber)) }
        let error = AMQPError(
            .timeout, "the broker did not confirm the message in time",
            remedy: "It may still be queued. Is the broker overloaded or its disk slow?")
        while let mark = marks.first, now - mark.time >= timeout {
            marks.removeFirst()
            var next = oldest
            while next < mark.before {
                settleOne(next, .unknown(error), into: &settled)
                next += 1
            }
            advance()
        }
    }

    private mutating func settleOne(_ number: UInt64, _ outcome: PublishOutcome, into settled: inout [Settled]) {
        guard let confirmation = ring[slot(number)] else { return }
        ring[slot(number)] = nil
        outstanding -= 1
        var outcome = outcome
        if !returnedByNumber.isEmpty, let reason = returnedByNumber.removeValue(forKey: number), outcome == .confirmed {
            outcome = .returned(reason)
        }
        tally.count(outcome)
        if case .awaited(let waiting) = confirmation.state {
            settled.append(Settled(waiting: waiting.map(\.continuation), outcome: outcome))
        }
        confirmation.state = .settled(outcome)
        if !messageIDsByNumber.isEmpty, let id = messageIDsByNumber.removeValue(forKey: number) {
            routesByMessageID[id]?.removeAll { $0.number == number }
            if routesByMessageID[id]?.isEmpty == true { routesByMessageID[id] = nil }
        }
    }

    private mutating func advance() {
        while oldest < nextNumber, ring[slot(oldest)] == nil { oldest += 1 }
    }

    private func slot(_ number: UInt64) -> Int { Int(number % UInt64(ring.count)) }
}
