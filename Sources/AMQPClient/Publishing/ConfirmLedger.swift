internal import NIOCore

/// The publishes of one confirm-mode channel that the broker has not answered yet, without I/O.
///
/// Both sides count publishes from 1, so a message's number is its place in the order of bytes on the wire: it is given
/// out in the step that appends those bytes. At most ``window`` are open; ring slot = number modulo capacity.
///
/// On a recovered channel the broker counts from 1 again; here numbers go on, and ``offset`` is the difference.
struct ConfirmLedger {
    /// Those who wait for an outcome that is now known; to be resumed outside the lock.
    struct Settled {
        var waiting: [DeferredConfirmation.Continuation]
        var onOutcome: (@Sendable (PublishOutcome) -> Void)?
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
    /// Whether publishing waits for a connection that is lost or blocked; otherwise it throws.
    let waitsForBroker: Bool
    /// Whether messages are kept until they are answered, to be sent again after recovery.
    let replays: Bool
    /// Most bytes of bodies to keep, over all messages; one message may exceed it.
    let maximumRetainedBytes: Int
    let messageIDs: MessageIDs
    private(set) var tally = PublishTally()
    private(set) var outstanding = 0
    private(set) var nextNumber: UInt64 = 1
    /// The first that is still open; everything before it is settled.
    private(set) var oldest: UInt64 = 1
    private var offset: UInt64 = 0
    private var ring: [DeferredConfirmation?]
    /// Messages that may have to be sent (again) after recovery, by ring slot; empty until the first one.
    private var retained: [OutboundMessage?] = []
    private(set) var retainedBytes = 0
    private var marks = CircularBuffer<Mark>()
    /// Message ids that the user chose, of mandatory messages only: a `basic.return` carries nothing else to tell which
    /// message it is.
    private var routesByMessageID: [String: [Route]] = [:]
    private var messageIDsByNumber: [UInt64: String] = [:]
    /// What came back, until its ack comes.
    private var returnedByNumber: [UInt64: ReturnReason] = [:]

    init(
        window: Int,
        waitsForBroker: Bool = true,
        replays: Bool = false,
        maximumRetainedBytes: Int = .max,
        messageIDs: MessageIDs = MessageIDs()
    ) {
        self.window = max(1, window)
        self.waitsForBroker = waitsForBroker
        self.replays = replays
        self.maximumRetainedBytes = maximumRetainedBytes
        self.messageIDs = messageIDs
        ring = Array(repeating: nil, count: self.window)
    }

    var hasRoom: Bool { outstanding < window && nextNumber - oldest < UInt64(ring.count) }

    /// Room enough to let those go on who wait: waking one publisher per answer would cost a thread hop per message.
    var hasAmpleRoom: Bool { outstanding <= window / 2 && hasRoom }

    func canRetain(_ message: OutboundMessage) -> Bool {
        retainedBytes == 0 || message.body.readableBytes <= maximumRetainedBytes - retainedBytes
    }

    mutating func register(
        _ confirmation: DeferredConfirmation,
        returnableAs messageID: String? = nil,
        by route: Route? = nil,
        retaining message: OutboundMessage? = nil
    ) {
        let number = nextNumber
        ring[slot(number)] = confirmation
        if let message { retain(message, number) }
        nextNumber += 1
        outstanding += 1
        if let messageID, var route {
            route.number = number
            routesByMessageID[messageID, default: []].append(route)
            messageIDsByNumber[number] = messageID
        }
    }

    /// A message that has to wait for recovery.
    mutating func registerUnsent(_ confirmation: DeferredConfirmation, _ message: OutboundMessage) {
        register(confirmation, retaining: message)
    }

    private mutating func retain(_ message: OutboundMessage, _ number: UInt64) {
        if retained.isEmpty { retained = Array(repeating: nil, count: ring.count) }
        retained[slot(number)] = message
        retainedBytes += message.body.readableBytes
    }

    // MARK: Recovery

    /// The connection is lost: what was sent and is not kept ends as unknown, the rest waits.
    mutating func interrupt(_ error: AMQPError, into settled: inout [Settled]) {
        var next = oldest
        while next < nextNumber {
            if retained.isEmpty || retained[slot(next)] == nil { settleOne(next, .unknown(error), into: &settled) }
            next += 1
        }
        returnedByNumber = [:]
        advance()
    }

    /// What was kept for the next epoch, under the number that it had.
    struct Kept {
        var number: UInt64
        var confirmation: DeferredConfirmation
        var message: OutboundMessage
    }

    /// A new epoch: the broker counts from 1 again.
    ///
    /// - Returns: What was kept, in order; to be sent, which registers it anew, and then to be told to
    ///   ``renumber(_:)``.
    mutating func restart() -> [Kept] {
        var kept: [Kept] = []
        while oldest < nextNumber {
            let slot = slot(oldest)
            if let confirmation = ring[slot] {
                if let message = retained[slot] {
                    kept.append(Kept(number: oldest, confirmation: confirmation, message: message))
                }
                forget(oldest)
            }
            oldest += 1
        }
        offset = nextNumber - 1
        return kept
    }

    /// Where "everything before `number`" of the last epoch ends in this one.
    ///
    /// - Parameter resent: The numbers that what was sent again had then, in order.
    func renumbered(_ number: UInt64, _ resent: [UInt64]) -> UInt64 {
        offset + 1 + UInt64(resent.prefix { $0 < number }.count)
    }

    /// Deadlines go on where they were.
    mutating func renumber(_ resent: [UInt64]) {
        for index in marks.indices { marks[index].before = renumbered(marks[index].before, resent) }
    }

    /// Ends a message that could not be sent again.
    mutating func fail(
        _ confirmation: DeferredConfirmation,
        _ error: AMQPError,
        into settled: inout [Settled]
    ) {
        conclude(confirmation, .unknown(error), into: &settled)
    }

    // MARK: Answers

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
    mutating func settle(_ tag: UInt64, multiple: Bool, nacked: Bool, into settled: inout [Settled]) {
        let (number, isTooLarge) = tag.addingReportingOverflow(offset)
        guard !isTooLarge, number < nextNumber else { return }
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

    /// All that is open ends as unknown. Answers that come later find nothing.
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
            remedy: "The broker may have it. Is it overloaded or its disk slow?")
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
        var outcome = outcome
        if !returnedByNumber.isEmpty, let reason = returnedByNumber.removeValue(forKey: number), outcome == .confirmed {
            outcome = .returned(reason)
        }
        forget(number)
        conclude(confirmation, outcome, into: &settled)
    }

    private mutating func conclude(
        _ confirmation: DeferredConfirmation,
        _ outcome: PublishOutcome,
        into settled: inout [Settled]
    ) {
        tally.count(outcome)
        if case .awaited(let waiting) = confirmation.state {
            settled.append(
                Settled(
                    waiting: waiting.map(\.continuation), onOutcome: confirmation.onOutcome, outcome: outcome))
        } else if confirmation.onOutcome != nil {
            settled.append(Settled(waiting: [], onOutcome: confirmation.onOutcome, outcome: outcome))
        }
        confirmation.state = .settled(outcome)
    }

    /// Everything but its outcome.
    private mutating func forget(_ number: UInt64) {
        let slot = slot(number)
        ring[slot] = nil
        outstanding -= 1
        if !retained.isEmpty, let message = retained[slot] {
            retainedBytes -= message.body.readableBytes
            retained[slot] = nil
        }
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
