import NIOCore
import Testing

@testable import AMQPClient

@Suite struct ConfirmLedgerTests {
    private let outbox = Outbox(maximumBytes: 1)

    private func register(_ ledger: inout ConfirmLedger, _ count: Int) -> [DeferredConfirmation] {
        (0..<count).map { _ in
            let confirmation = DeferredConfirmation(outbox: outbox)
            ledger.register(confirmation)
            return confirmation
        }
    }

    private func outcomes(_ confirmations: [DeferredConfirmation]) -> [PublishOutcome?] {
        confirmations.map { if case .settled(let outcome) = $0.state { outcome } else { nil } }
    }

    private func settle(_ ledger: inout ConfirmLedger, _ number: UInt64, multiple: Bool = false, nacked: Bool = false) {
        var settled: [ConfirmLedger.Settled] = []
        ledger.settle(number, multiple: multiple, nacked: nacked, into: &settled)
    }

    @Test func answersInAnyOrder() {
        var ledger = ConfirmLedger(window: 4)
        let all = register(&ledger, 4)
        #expect(!ledger.hasRoom)
        settle(&ledger, 3)
        settle(&ledger, 1, nacked: true)
        #expect(outcomes(all) == [.nacked, nil, .confirmed, nil])
        settle(&ledger, 4, multiple: true)
        #expect(outcomes(all) == [.nacked, .confirmed, .confirmed, .confirmed])
        #expect(ledger.outstanding == 0 && ledger.hasRoom)
        #expect(ledger.tally.confirmed == 3 && ledger.tally.nacked == 1)
    }

    @Test func theWindowWrapsManyTimes() {
        var ledger = ConfirmLedger(window: 3)
        for _ in 0..<100 {
            let all = register(&ledger, 3)
            #expect(!ledger.hasRoom)
            settle(&ledger, ledger.nextNumber - 1, multiple: true)
            #expect(outcomes(all) == [.confirmed, .confirmed, .confirmed])
        }
        #expect(ledger.tally.confirmed == 300)
    }

    /// An early gap must not let the ring be overrun: its slot is still in use.
    @Test func oneOpenPublishHoldsUpTheRing() {
        var ledger = ConfirmLedger(window: 3)
        let all = register(&ledger, 3)
        settle(&ledger, 2)
        settle(&ledger, 3)
        #expect(!ledger.hasRoom, "number 4 would need the slot of number 1")
        settle(&ledger, 1)
        #expect(ledger.hasRoom)
        #expect(outcomes(all) == [.confirmed, .confirmed, .confirmed])
    }

    @Test func whatCameBackIsReturnedAndNotConfirmed() {
        var ledger = ConfirmLedger(window: 8)
        let reason = ReturnReason(replyCode: 312, replyText: "NO_ROUTE", exchange: "", routingKey: "q")
        let all = register(&ledger, 2)
        ledger.returned(reason, messageID: ledger.messageIDs.id(2))
        settle(&ledger, 2, multiple: true)
        #expect(outcomes(all) == [.confirmed, .returned(reason)])

        let own = DeferredConfirmation(outbox: outbox)
        ledger.register(own, returnableAs: "mine", by: .init(exchange: "", routingKey: "q"))
        ledger.returned(reason, messageID: "somebody else's")
        ledger.returned(reason, messageID: "mine")
        settle(&ledger, 3)
        #expect(outcomes([own]) == [.returned(reason)])
        #expect(ledger.tally.returned == 2)
    }

    @Test func messagesWithTheSameIDAreToldApartByTheirRoute() {
        var ledger = ConfirmLedger(window: 8)
        let all = (0..<3).map { _ in DeferredConfirmation(outbox: outbox) }
        for (confirmation, key) in zip(all, ["taken", "lost", "lost"]) {
            ledger.register(confirmation, returnableAs: "same", by: .init(exchange: "", routingKey: key))
        }
        let reason = ReturnReason(replyCode: 312, replyText: "NO_ROUTE", exchange: "", routingKey: "lost")
        ledger.returned(reason, messageID: "same")
        ledger.returned(reason, messageID: "same")
        settle(&ledger, 3, multiple: true)
        #expect(outcomes(all) == [.confirmed, .returned(reason), .returned(reason)])
    }

    @Test func theEndOfTheChannelLeavesTheRestUnknown() {
        var ledger = ConfirmLedger(window: 4)
        let all = register(&ledger, 3)
        settle(&ledger, 1)
        var settled: [ConfirmLedger.Settled] = []
        ledger.abandon(.closedByUs, into: &settled)
        #expect(outcomes(all) == [.confirmed, .unknown(.closedByUs), .unknown(.closedByUs)])
        #expect(ledger.outstanding == 0)
    }

    @Test func answersThatFitNothingAreIgnored() {
        var ledger = ConfirmLedger(window: 2)
        settle(&ledger, 1)
        settle(&ledger, 0, multiple: true)
        settle(&ledger, .max, multiple: true)
        let all = register(&ledger, 1)
        settle(&ledger, 1)
        settle(&ledger, 1)
        #expect(outcomes(all) == [.confirmed])
        #expect(ledger.tally.confirmed == 1 && ledger.outstanding == 0)
    }

    @Test func whatIsNotAnsweredInTimeIsUnknown() {
        var ledger = ConfirmLedger(window: 8)
        let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)
        var settled: [ConfirmLedger.Settled] = []
        let early = register(&ledger, 2)
        ledger.expire(now: start, timeout: .seconds(5), into: &settled)
        let late = register(&ledger, 1)
        ledger.expire(now: start + .seconds(4), timeout: .seconds(5), into: &settled)
        #expect(outcomes(early + late) == [nil, nil, nil])
        ledger.expire(now: start + .seconds(5), timeout: .seconds(5), into: &settled)
        #expect(ledger.tally.unknown == 2 && outcomes(late) == [nil])
        // A late answer to what was given up changes nothing.
        settle(&ledger, 2, multiple: true)
        #expect(ledger.tally.confirmed == 0)
        ledger.expire(now: start + .seconds(9), timeout: .seconds(5), into: &settled)
        #expect(ledger.tally.unknown == 3 && ledger.outstanding == 0)
    }
}
