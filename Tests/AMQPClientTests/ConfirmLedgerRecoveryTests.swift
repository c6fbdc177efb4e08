import Logging
import NIOCore
import Testing

@testable import AMQPClient

/// What becomes of publishes when their connection is lost and comes again: the ledger through the outbox, and the bytes
/// that would be written.
@Suite struct ConfirmLedgerRecoveryTests {
    private let key = ChannelKey(number: 1, id: 7)
    private let lost = AMQPError.interrupted(by: AMQPError(.connectionClosed, "the connection was lost"))
    private let epochs: [ChannelEpoch]
    private let outbox = Outbox(maximumBytes: 1 << 20)

    init() {
        let connection = AMQPConnection(addresses: [], options: .init(), logger: Logger(label: "test"))
        epochs = (7...10).map {
            ChannelEpoch(connection: connection, channel: ChannelKey(number: 1, id: 7), serial: $0)
        }
        outbox.setFrameMax(131_072)
        outbox.open(epochs[0])
    }

    // MARK: Doing

    private func publisher(
        window: Int = 8,
        replays: Bool = false,
        maximumRetainedBytes: Int = .max
    ) -> OutboxChannel.Confirms {
        outbox.startConfirming(
            key,
            ledger: ConfirmLedger(window: window, replays: replays, maximumRetainedBytes: maximumRetainedBytes))
    }

    private func publish(
        _ body: String,
        messageID: String? = nil,
        mandatory: Bool = false,
        headers: FieldTable? = nil,
        as confirmation: DeferredConfirmation? = nil
    ) throws -> Outbox.Admission {
        let message = OutboundMessage(
            body: ByteBuffer(string: body), exchange: "", routingKey: "q", mandatory: mandatory,
            properties: BasicProperties(headers: headers, messageID: messageID))
        return try outbox.publish(
            message, on: key, confirmation: confirmation ?? DeferredConfirmation(outbox: outbox),
            turn: .newcomer(timeout: .seconds(1))
        ).value
    }

    private func accepted(
        _ body: String,
        messageID: String? = nil,
        mandatory: Bool = false,
        headers: FieldTable? = nil
    ) throws -> DeferredConfirmation {
        let confirmation = DeferredConfirmation(outbox: outbox)
        let admission = try publish(
            body, messageID: messageID, mandatory: mandatory, headers: headers, as: confirmation)
        guard case .accepted = admission else { throw Held() }
        return confirmation
    }

    private struct Held: Error {}

    private func held(_ body: String) throws -> Waiter<Void> {
        guard case .wait(let waiter, _) = try publish(body) else { throw Accepted() }
        return waiter
    }

    private struct Accepted: Error {}

    private func loseConnection() {
        outbox.suspendAll(because: lost)
    }

    /// - Parameter number: How many times the channel was restored before.
    private func restore(_ number: Int = 1) -> Bool {
        outbox.setFrameMax(131_072)
        outbox.beginRestoring(epochs[number])
        return outbox.finishRestoring(key)
    }

    private func answer(_ tag: UInt64, epoch: Int, multiple: Bool = false, nacked: Bool = false) {
        outbox.settle([
            .init(channel: 1, epoch: epochs[epoch].serial, number: tag, multiple: multiple, nacked: nacked)
        ])
    }

    // MARK: Looking

    private func outcomes(_ confirmations: [DeferredConfirmation]) -> [PublishOutcome?] {
        confirmations.map { if case .settled(let outcome) = $0.state { outcome } else { nil } }
    }

    private struct Sent: Equatable {
        var body: String
        var messageID: String?
    }

    /// What the bytes say that wait for the next write; other methods than `basic.publish` by their id.
    private func wire() throws -> (messages: [Sent], methods: [MethodID]) {
        var reader = FrameReader(frameMax: 131_072)
        reader.append(outbox.takeBytes())
        let arena = WireArena()
        var messages: [Sent] = []
        var methods: [MethodID] = []
        while let frame = try reader.next() {
            #expect(frame.channel == key.number)
            switch frame.kind {
            case .method:
                let method = try reader.withPayload(frame) { (bytes) throws(AMQPError) in
                    try Method(payload: bytes, arena: arena)
                }
                if case .basicPublish(let publish) = method {
                    #expect(publish.routingKey == "q")
                } else {
                    methods.append(type(of: method.arguments).id)
                }
            case .header:
                let header = try reader.withPayload(frame) { (bytes) throws(AMQPError) in
                    try ContentHeader(payload: bytes, arena: arena)
                }
                messages.append(Sent(body: "", messageID: header.properties.messageID))
            case .body: messages[messages.count - 1].body += String(buffer: reader.payload(frame))
            case .heartbeat: break
            }
            reader.drop(frame)
        }
        return (messages, methods)
    }

    private func sent() throws -> [Sent] { try wire().messages }

    // MARK: Unknown

    @Test func whatWasNotAnsweredEndsAsUnknown() throws {
        let confirms = publisher()
        let all = try ["a", "b", "c", "d"].map { try accepted($0) }
        answer(1, epoch: 0)
        answer(3, epoch: 0, nacked: true)
        loseConnection()
        #expect(outcomes(all) == [.confirmed, .unknown(lost), .nacked, .unknown(lost)])
        #expect(!restore())
        #expect(try sent().isEmpty)
        #expect(confirms.ledger.outstanding == 0 && confirms.ledger.retainedBytes == 0)
        #expect(outbox.tally(confirms).total == 4)
    }

    @Test func whatCameBackButWasNotAnsweredIsUnknownToo() throws {
        _ = publisher()
        let one = try accepted("a", messageID: "m", mandatory: true)
        let reason = ReturnReason(replyCode: 312, replyText: "NO_ROUTE", exchange: "", routingKey: "q")
        outbox.returned(key, reason, messageID: "m")
        loseConnection()
        #expect(outcomes([one]) == [.unknown(lost)])
        _ = restore()
        let again = try accepted("a", messageID: "m", mandatory: true)
        answer(1, epoch: 1)
        #expect(outcomes([again]) == [.confirmed], "the return was of the message before")
    }

    @Test func brokerTagsCountFromOneAgain() throws {
        let confirms = publisher(window: 4)
        for _ in 0..<3 { _ = try accepted("old") }
        answer(2, epoch: 0, multiple: true)
        for round in 1...3 {
            loseConnection()
            _ = restore(round)
            let all = try ["a", "b", "c"].map { try accepted($0) }
            answer(2, epoch: round)
            #expect(outcomes(all) == [nil, .confirmed, nil])
            answer(1, epoch: round, nacked: true)
            answer(3, epoch: round, multiple: true)
            #expect(outcomes(all) == [.nacked, .confirmed, .confirmed])
        }
        #expect(outbox.tally(confirms).total == 12 && outbox.tally(confirms).unknown == 1)
    }

    @Test func answersOfAnEarlierEpochSettleNothing() throws {
        let confirms = publisher(replays: true)
        let all = try ["a", "b"].map { try accepted($0) }
        loseConnection()
        answer(1, epoch: 0)
        answer(0, epoch: 1)
        #expect(outcomes(all) == [nil, nil])
        outbox.beginRestoring(epochs[1])
        answer(2, epoch: 0, multiple: true)
        // And the new epoch has not sent anything yet.
        answer(2, epoch: 1, multiple: true)
        answer(.max, epoch: 1, multiple: true)
        #expect(outcomes(all) == [nil, nil] && confirms.ledger.outstanding == 2)
        _ = outbox.finishRestoring(key)
        answer(2, epoch: 0, multiple: true)
        #expect(outcomes(all) == [nil, nil])
        answer(2, epoch: 1, multiple: true)
        #expect(outcomes(all) == [.confirmed, .confirmed])
    }

    // MARK: Replay

    @Test func repliesThatDidNotComeAreAskedForAgainInOrder() throws {
        let confirms = publisher(replays: true)
        let all = try ["a", "b", "c", "d"].map { try accepted($0) }
        let first = try sent()
        #expect(first.map(\.body) == ["a", "b", "c", "d"])
        #expect(Set(first.map(\.messageID)).count == 4 && !first.contains { $0.messageID == nil })
        answer(1, epoch: 0)
        answer(3, epoch: 0)
        loseConnection()
        #expect(outcomes(all) == [.confirmed, nil, .confirmed, nil])
        #expect(try sent().isEmpty)
        #expect(restore(), "somebody has to write it")
        #expect(try sent() == [first[1], first[3]], "with the ids that they had")

        // To the broker they are the first and the second.
        answer(1, epoch: 1, nacked: true)
        #expect(outcomes(all) == [.confirmed, .nacked, .confirmed, nil])
        answer(2, epoch: 1)
        #expect(outcomes(all).last == .confirmed)
        #expect(confirms.ledger.outstanding == 0 && confirms.ledger.retainedBytes == 0)
        #expect(outbox.tally(confirms).total == 4)
    }

    @Test func theMessageIDsOfUsersAreKept() throws {
        _ = publisher(replays: true)
        _ = try accepted("a", messageID: "mine")
        _ = try accepted("b", messageID: "mine", mandatory: true)
        let first = try sent()
        #expect(first == [Sent(body: "a", messageID: "mine"), Sent(body: "b", messageID: "mine")])
        loseConnection()
        _ = restore()
        #expect(try sent() == first)
    }

    @Test func newMessagesFollowTheReplayedOnesUnderIDsOfTheirOwn() throws {
        _ = publisher(replays: true)
        for body in ["a", "b"] { _ = try accepted(body) }
        let first = try sent()
        loseConnection()
        _ = try accepted("c")
        outbox.beginRestoring(epochs[1])
        _ = try accepted("d")
        _ = outbox.finishRestoring(key)
        _ = try accepted("e")
        let second = try sent()
        #expect(second.map(\.body) == ["a", "b", "c", "d", "e"])
        #expect(Array(second.prefix(2)) == first)
        #expect(Set(second.map(\.messageID)).count == 5)
    }

    @Test func asManyReplaysAsTheWindowHolds() throws {
        let confirms = publisher(window: 3, replays: true)
        var all = try ["a", "b", "c"].map { try accepted($0) }
        answer(2, epoch: 0)
        answer(3, epoch: 0)
        // Number 1 holds up the ring.
        #expect(!confirms.ledger.hasRoom)
        loseConnection()
        let waiter = try held("d")
        _ = restore()
        #expect(try sent().last?.body == "a")
        #expect(waiter.isResolved && confirms.ledger.hasRoom, "what was answered leaves no gaps behind")
        all += try ["d", "e"].map { try accepted($0) }
        #expect(!confirms.ledger.hasRoom)
        answer(3, epoch: 1, multiple: true)
        #expect(outcomes(all) == Array(repeating: .confirmed, count: 5))
    }

    @Test func aSecondLossBeforeTheEndOfRecoveryLosesNothing() throws {
        let confirms = publisher(replays: true)
        let all = try ["a", "b"].map { try accepted($0) }
        let first = try sent()
        loseConnection()
        outbox.beginRestoring(epochs[1])
        loseConnection()
        #expect(!outbox.finishRestoring(key), "that epoch is over")
        #expect(try sent().isEmpty)
        #expect(restore(2))
        #expect(try sent() == first)
        loseConnection()
        #expect(outcomes(all) == [nil, nil])
        #expect(restore(3))
        #expect(try sent() == first)
        answer(2, epoch: 2, multiple: true)
        #expect(outcomes(all) == [nil, nil])
        answer(2, epoch: 3, multiple: true)
        #expect(outcomes(all) == [.confirmed, .confirmed])
        #expect(confirms.ledger.retainedBytes == 0)
    }

    @Test func aReplayedMessageThatComesBackIsKnownByItsID() throws {
        _ = publisher(replays: true)
        let plain = try accepted("a")
        let mandatory = try (0..<3).map { try accepted("\($0)", mandatory: true) }
        let own = try accepted("own", messageID: "mine", mandatory: true)
        let first = try sent()
        answer(1, epoch: 0)
        answer(2, epoch: 0)
        loseConnection()
        _ = restore()
        #expect(try sent() == Array(first[2...]))
        let reason = ReturnReason(replyCode: 312, replyText: "NO_ROUTE", exchange: "", routingKey: "q")
        outbox.returned(key, reason, messageID: first[3].messageID)
        outbox.returned(key, reason, messageID: "mine")
        // Settled before: nobody's any more.
        outbox.returned(key, reason, messageID: first[1].messageID)
        answer(3, epoch: 1, multiple: true)
        #expect(outcomes([plain] + mandatory) == [.confirmed, .confirmed, .confirmed, .returned(reason)])
        #expect(outcomes([own]) == [.returned(reason)])
    }

    @Test func aMessageThatNoLongerFitsEndsAndTheOthersAreSent() throws {
        let confirms = publisher(replays: true)
        let all = [
            try accepted("a"), try accepted("b", headers: ["k": .bytes(Array(repeating: 0, count: 20_000))]),
            try accepted("c"),
        ]
        _ = outbox.takeBytes()
        loseConnection()
        outbox.setFrameMax(8192)
        outbox.beginRestoring(epochs[1])
        #expect(outbox.finishRestoring(key))
        #expect(try sent().map(\.body) == ["a", "c"])
        guard case .unknown(let error)? = outcomes(all)[1] else { return #expect(Bool(false)) }
        #expect(error.code == .invalidArgument)
        answer(2, epoch: 1, multiple: true)
        #expect(outcomes([all[0], all[2]]) == [.confirmed, .confirmed])
        #expect(confirms.ledger.outstanding == 0 && confirms.ledger.retainedBytes == 0)
    }

    // MARK: Publishing during an outage

    @Test(arguments: [false, true])
    func whatIsPublishedMeanwhileIsKeptAndSentOnce(_ replays: Bool) throws {
        let confirms = publisher(replays: replays)
        loseConnection()
        var all = try ["a", "b"].map { try accepted($0) }
        outbox.beginRestoring(epochs[1])
        all.append(try accepted("c"))
        #expect(try sent().isEmpty && outcomes(all) == [nil, nil, nil])
        #expect(confirms.ledger.retainedBytes == 3)
        #expect(outbox.finishRestoring(key))
        #expect(try sent().map(\.body) == ["a", "b", "c"])
        #expect(confirms.ledger.retainedBytes == (replays ? 3 : 0), "what is sent needs not be kept to be replayed")
        answer(1, epoch: 1)
        loseConnection()
        #expect(outcomes(all) == (replays ? [.confirmed, nil, nil] : [.confirmed, .unknown(lost), .unknown(lost)]))
        #expect(restore(2) == replays)
        #expect(try sent().map(\.body) == (replays ? ["b", "c"] : []))
    }

    @Test func noMoreIsKeptThanTheWindowHolds() throws {
        _ = publisher(window: 3)
        loseConnection()
        let all = try ["a", "b", "c"].map { try accepted($0) }
        let waiter = try held("d")
        _ = restore()
        #expect(try sent().map(\.body) == ["a", "b", "c"])
        #expect(!waiter.isResolved, "the window is as full as before")
        answer(2, epoch: 1, multiple: true)
        #expect(waiter.isResolved)
        #expect(outcomes(all) == [.confirmed, .confirmed, nil])
    }

    @Test func noMoreIsKeptThanTheBytesAllow() throws {
        let confirms = publisher(maximumRetainedBytes: 10)
        loseConnection()
        _ = try accepted("123456")
        _ = try accepted("1234")
        #expect(confirms.ledger.retainedBytes == 10)
        let large = try held("1")
        let empty = try held("")
        #expect(confirms.ledger.outstanding == 2, "even nothing does not overtake")
        _ = restore()
        #expect(large.isResolved && empty.isResolved && confirms.ledger.retainedBytes == 0)
    }

    @Test func oneMessageAboveTheLimitIsKeptIfNothingElseIs() throws {
        let confirms = publisher(maximumRetainedBytes: 10)
        loseConnection()
        let large = try accepted("12345678901234567890")
        let waiter = try held("1")
        _ = restore()
        #expect(waiter.isResolved && confirms.ledger.retainedBytes == 0)
        answer(1, epoch: 1)
        #expect(outcomes([large]) == [.confirmed])

        loseConnection()
        _ = try accepted("1")
        let second = try held("12345678901234567890")
        #expect(!second.isResolved)
    }

    @Test func aReplayingPublisherKeepsNoMoreThanTheBytesAllowAtAnyTime() throws {
        let confirms = publisher(replays: true, maximumRetainedBytes: 10)
        _ = try accepted("123456")
        let waiter = try held("123456")
        #expect(!waiter.isResolved)
        answer(1, epoch: 0)
        #expect(waiter.isResolved && confirms.ledger.retainedBytes == 0)
        let large = try accepted("12345678901234567890")
        #expect(confirms.ledger.retainedBytes == 20)
        _ = try held("1")
        answer(2, epoch: 0)
        #expect(outcomes([large]) == [.confirmed] && confirms.ledger.retainedBytes == 0)
    }

    @Test func whoeverWaitsForTheWindowMayKeepHisMessageInstead() throws {
        let confirms = publisher(window: 2)
        _ = try ["a", "b"].map { try accepted($0) }
        let waiter = try held("c")
        loseConnection()
        // Nothing that was sent is open any more.
        #expect(waiter.isResolved && confirms.ledger.hasRoom)
    }

    @Test func publishesWithoutConfirmsWaitForTheEndOfTheOutage() throws {
        loseConnection()
        let message = OutboundMessage(
            body: ByteBuffer(string: "a"), exchange: "", routingKey: "q", mandatory: false, properties: .init())
        for isRestoring in [false, true] {
            if isRestoring { outbox.beginRestoring(epochs[1]) }
            let step = try outbox.publish(
                message, on: key, confirmation: nil, turn: .newcomer(timeout: .seconds(1)))
            guard case .wait(let waiter, _) = step.value else { return #expect(Bool(false)) }
            #expect(!step.needsFlush && !waiter.isResolved)
            if isRestoring {
                #expect(!outbox.finishRestoring(key))
                #expect(waiter.isResolved)
            }
        }
        let step = try outbox.publish(message, on: key, confirmation: nil, turn: .newcomer(timeout: .seconds(1)))
        guard case .accepted = step.value else { return #expect(Bool(false)) }
        #expect(try sent() == [Sent(body: "a")])
    }

    @Test func anAlarmOfTheOldConnectionHoldsNobodyUp() throws {
        _ = publisher()
        outbox.setBlocked("low on memory")
        let waiter = try held("a")
        loseConnection()
        #expect(waiter.isResolved && outbox.blocked == nil)
        _ = try accepted("a")
        _ = restore()
        #expect(try sent().map(\.body) == ["a"])
    }

    // MARK: What leads to the end

    @Test func closingDuringAnOutageEndsWhatIsKept() throws {
        let confirms = publisher(replays: true)
        var all = [try accepted("a")]
        loseConnection()
        all.append(try accepted("b"))
        let error = AMQPError(.channelClosed, "closed")
        outbox.close(key, lastly: nil, because: error)
        #expect(outcomes(all) == [.unknown(error), .unknown(error)])
        #expect(confirms.ledger.outstanding == 0 && confirms.ledger.retainedBytes == 0)
        #expect(!restore(), "an ended channel is not restored")
        #expect(throws: error) { try publish("c") }
        #expect(outbox.takeBytes().readableBytes == 0)
    }

    @Test func theEndOfTheConnectionEndsWhatIsKept() throws {
        let confirms = publisher(replays: true)
        var all = [try accepted("a")]
        loseConnection()
        all.append(try accepted("b"))
        outbox.close(because: .closedByUs)
        #expect(outcomes(all) == [.unknown(.closedByUs), .unknown(.closedByUs)])
        #expect(throws: AMQPError.closedByUs) { try outbox.drain(confirms, deadline: .distantFuture) }
    }

    // MARK: Deadlines

    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    private func expire(at seconds: Int64) {
        outbox.expire(now: start + .seconds(seconds), confirmTimeout: .seconds(30))
    }

    @Test func whatIsKeptForTooLongEndsAsUnknown() throws {
        let confirms = publisher(window: 2)
        loseConnection()
        let all = try ["a", "b"].map { try accepted($0) }
        expire(at: 0)
        let waiter = try held("c")
        expire(at: 29)
        #expect(outcomes(all) == [nil, nil])
        expire(at: 30)
        guard case .unknown(let error)? = outcomes(all)[0] else { return #expect(Bool(false)) }
        #expect(error.code == .timeout && outcomes(all)[1] == .unknown(error))
        #expect(waiter.isResolved && confirms.ledger.retainedBytes == 0)
        _ = try accepted("c")
        _ = restore()
        #expect(try sent().map(\.body) == ["c"])
    }

    /// ``DeferredConfirmation/outcome`` promises an answer within the publish timeout, whatever happens meanwhile.
    @Test func theTimeOfAnOutageCounts() throws {
        _ = publisher(replays: true)
        let early = try accepted("a")
        expire(at: 0)
        loseConnection()
        let late = try accepted("b")
        expire(at: 20)
        _ = restore()
        expire(at: 25)
        #expect(outcomes([early, late]) == [nil, nil])
        expire(at: 30)
        #expect(outcomes([early]) != [nil] && outcomes([late]) == [nil])
        expire(at: 50)
        #expect(outcomes([late]) != [nil])
    }

    // MARK: Draining

    @Test func drainWaitsForWhatIsKeptOverTheOutage() throws {
        let confirms = publisher()
        loseConnection()
        _ = try accepted("a")
        let before = try #require(try outbox.drain(confirms, deadline: .distantFuture))
        _ = try accepted("b")
        let after = try #require(try outbox.drain(confirms, deadline: .distantFuture))
        _ = restore()
        #expect(!before.isResolved && !after.isResolved, "it is only sent, and not answered")
        answer(1, epoch: 1)
        #expect(before.isResolved && !after.isResolved)
        answer(2, epoch: 1)
        #expect(after.isResolved)
    }

    @Test func drainWaitsForReplaysOverTwoOutages() throws {
        let confirms = publisher(replays: true)
        for body in ["a", "b", "c"] { _ = try accepted(body) }
        let drained = try #require(try outbox.drain(confirms, deadline: .distantFuture))
        answer(1, epoch: 0)
        loseConnection()
        #expect(!drained.isResolved)
        _ = restore(1)
        _ = try accepted("later")
        #expect(!drained.isResolved)
        answer(1, epoch: 1)
        loseConnection()
        _ = restore(2)
        #expect(!drained.isResolved)
        answer(1, epoch: 2)
        #expect(drained.isResolved, "and does not wait for what came after it")
        #expect(confirms.ledger.outstanding == 1)
    }

    @Test func drainEndsWithALossThatLeavesNothingOpen() throws {
        let confirms = publisher()
        _ = try accepted("a")
        let drained = try #require(try outbox.drain(confirms, deadline: .distantFuture))
        loseConnection()
        #expect(drained.isResolved)
        #expect(try outbox.drain(confirms, deadline: .distantFuture) == nil)
    }

    // MARK: The wire

    @Test func nothingThatWasNotWrittenSurvivesTheLoss() throws {
        _ = publisher()
        _ = try accepted("a")
        _ = try outbox.send(BasicAck(deliveryTag: 1), on: key)
        loseConnection()
        #expect(outbox.takeBytes().readableBytes == 0)
        // The flush that was asked for went with them.
        _ = restore()
        let message = OutboundMessage(
            body: ByteBuffer(string: "b"), exchange: "", routingKey: "q", mandatory: false, properties: .init())
        let step = try outbox.publish(
            message, on: key, confirmation: DeferredConfirmation(outbox: outbox), turn: .newcomer(timeout: .seconds(1)))
        #expect(step.needsFlush)
        #expect(try sent() == [Sent(body: "b")])
    }

    @Test func aLateAckOfAnEarlierEpochAppendsNothing() throws {
        func settles(_ number: Int) throws -> Bool {
            let step = try outbox.settle(BasicAck(deliveryTag: 1), of: epochs[number])
            let methods = try wire().methods
            #expect(methods == (step.value ? [BasicAck.id] : []) && step.needsFlush == step.value)
            return step.value
        }
        #expect(try settles(0))
        loseConnection()
        #expect(try !settles(0) && !settles(1))
        outbox.beginRestoring(epochs[1])
        #expect(try !settles(0))
        #expect(try settles(1), "consumers run before the channel is open to everybody")
        _ = outbox.finishRestoring(key)
        #expect(try !settles(0) && settles(1))
        outbox.close(key, lastly: nil, because: .closedByUs)
        #expect(try !settles(0) && !settles(1))
    }

    @Test func onlyRecoveryUsesAChannelThatIsBeingRestored() throws {
        let call = BasicQos(prefetchCount: 1)
        loseConnection()
        for isRecovering in [false, true] {
            #expect(throws: AMQPError.interrupted) { try outbox.send(call, on: key, isRecovering: isRecovering) }
        }
        outbox.beginRestoring(epochs[1])
        #expect(throws: AMQPError.interrupted) { try outbox.send(call, on: key) }
        #expect(try outbox.send(call, on: key, isRecovering: true))
        _ = outbox.finishRestoring(key)
        #expect(try !outbox.send(call, on: key), "the flush is asked for already")
        #expect(try wire().methods == [BasicQos.id, BasicQos.id])
    }

    @Test func restoringOneChannelAfterItsCloseKeepsTheOrderOfBytes() throws {
        _ = publisher(replays: true)
        let all = try ["a", "b"].map { try accepted($0) }
        let error = AMQPError.interrupted(by: AMQPError(.channelClosed, "the server closed the channel"))
        outbox.suspend(key, lastly: ChannelCloseOk(), because: error)
        #expect(try #require(outbox.publishers.first).ledger.outstanding == 2)
        let first = try wire()
        #expect(first.messages.map(\.body) == ["a", "b"] && first.methods == [ChannelCloseOk.id])
        outbox.beginRestoring(epochs[1])
        _ = try outbox.send(ChannelOpen(), on: key, isRecovering: true)
        _ = outbox.finishRestoring(key)
        let second = try wire()
        #expect(second.messages == first.messages && second.methods == [ChannelOpen.id])
        answer(2, epoch: 1, multiple: true)
        #expect(outcomes(all) == [.confirmed, .confirmed])
    }
}
