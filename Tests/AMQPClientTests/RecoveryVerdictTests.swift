import NIOCore
import Testing

@testable import AMQPClient

@Suite struct RecoveryVerdictTests {
    private static func closed(_ code: UInt16, _ text: String = "") -> AMQPError {
        .closed(by: .init(code: code, text: text))
    }

    private static let network = AMQPError(.connectionClosed, "the connection was lost: Connection reset by peer")

    // MARK: Retry or give up

    struct Loss: Sendable, CustomTestStringConvertible {
        /// `nil` is a loss without a word from the server.
        var reply: UInt16?
        var verdict: RecoveryVerdict
        var verdictWithProvider: RecoveryVerdict
        var testDescription: String { reply.map(String.init) ?? "no reply" }
    }

    @Test(arguments: [
        Loss(reply: nil, verdict: .retry, verdictWithProvider: .retry),
        Loss(reply: 320, verdict: .retry, verdictWithProvider: .retry),
        Loss(reply: 501, verdict: .retry, verdictWithProvider: .retry),
        Loss(reply: 504, verdict: .retry, verdictWithProvider: .retry),
        Loss(reply: 505, verdict: .retry, verdictWithProvider: .retry),
        Loss(reply: 541, verdict: .retry, verdictWithProvider: .retry),
        Loss(reply: 402, verdict: .giveUp, verdictWithProvider: .retry),
        Loss(reply: 403, verdict: .giveUp, verdictWithProvider: .retry),
        Loss(reply: 530, verdict: .giveUp, verdictWithProvider: .retry),
        Loss(reply: 540, verdict: .giveUp, verdictWithProvider: .giveUp),
    ])
    func afterALossTheReplyDecides(_ loss: Loss) {
        let error = loss.reply.map { Self.closed($0) } ?? Self.network
        #expect(RecoveryVerdict.onLoss(error, credentialsCanChange: false) == loss.verdict)
        #expect(RecoveryVerdict.onLoss(error, credentialsCanChange: true) == loss.verdictWithProvider)
        // What waits for recovery is told of the same reply.
        let interruption = AMQPError.interrupted(by: error)
        #expect(RecoveryVerdict.onLoss(interruption, credentialsCanChange: false) == loss.verdict)
    }

    /// A balancer or broker that dies just then has said nothing of user and password.
    @Test func aSocketThatClosesDuringLoginIsNoRefusal() {
        let closed = AMQPError(.authenticationFailed, "closed during login")
        #expect(RecoveryVerdict.onAttempt(closed, credentialsCanChange: false) == .retry)
    }

    @Test func aRefusedLoginIsTriedAgainOnlyIfTheCredentialsCanChange() {
        let refused = AMQPError(
            .authenticationFailed, "refused", reply: .init(code: 403, text: "ACCESS_REFUSED"))
        #expect(RecoveryVerdict.onAttempt(refused, credentialsCanChange: false) == .giveUp)
        #expect(RecoveryVerdict.onAttempt(refused, credentialsCanChange: true) == .retry)
    }

    @Test(arguments: [
        AMQPError(
            .virtualHostRefused, "no such virtual host",
            reply: .init(code: 530, text: "NOT_ALLOWED - vhost x not found")),
        AMQPError(.unsupported, "built without TLS"),
        AMQPError(.invalidArgument, "impossible"),
        AMQPError(.invalidURI, "impossible"),
        AMQPError(.cancelled, "cancelled"),
        closed(402), closed(403), closed(530), closed(540),
    ])
    func someFailedAttemptsWouldFailForEver(_ error: AMQPError) {
        #expect(RecoveryVerdict.onAttempt(error, credentialsCanChange: false) == .giveUp)
    }

    @Test(arguments: [
        AMQPError(.connectFailed, "Connection refused"),
        AMQPError(.connectFailed, "the credentials provider failed"),
        AMQPError(.tlsFailed, "the certificate has expired"),
        AMQPError(.timeout, "no AMQP handshake"),
        AMQPError(.handshakeFailed, "the server closed the connection during the handshake"),
        AMQPError(.connectionLost, "lost again"),
        .malformed("not AMQP"),
        network, closed(320), closed(541),
    ])
    func otherFailedAttemptsAreTriedAgain(_ error: AMQPError) {
        #expect(RecoveryVerdict.onAttempt(error, credentialsCanChange: false) == .retry)
        #expect(RecoveryVerdict.onAttempt(error, credentialsCanChange: true) == .retry)
    }

    // MARK: One entity

    private static let refusals: [(UInt16, String, Bool)] = [
        (405, "RESOURCE_LOCKED - cannot obtain exclusive access to locked queue 'q' in vhost '/'", true),
        (404, "NOT_FOUND - home node 'rabbit@a' of durable queue 'q' in vhost '/' is down or inaccessible", true),
        (404, "NOT_FOUND - queue 'q' in vhost '/' process is stopped by supervisor", true),
        (404, "NOT_FOUND - queue 'q' in vhost '/' has crashed and failed to restart", true),
        (404, "NOT_FOUND - failed to perform operation on queue 'q' in vhost '/' due to timeout", true),
        (404, "NOT_FOUND - failed to perform operation on queue 'q': its master replica may be stopping", true),
        (541, "INTERNAL_ERROR", true),
        (404, "NOT_FOUND - no queue 'q' in vhost '/'", false),
        (404, "NOT_FOUND - no exchange 'e' in vhost '/'", false),
        (403, "ACCESS_REFUSED - access to queue 'q' in vhost '/' refused for user 'u'", false),
        (406, "PRECONDITION_FAILED - inequivalent arg 'durable' for queue 'q' in vhost '/'", false),
        (320, "CONNECTION_FORCED - broker forced connection closure with reason 'shutdown'", false),
    ]

    @Test(arguments: refusals)
    func lockedAndUnavailableEntitiesPass(_ code: UInt16, _ text: String, _ isTransient: Bool) {
        #expect(RecoveryVerdict.isTransient(.channelClosed(by: .init(code: code, text: text))) == isTransient)
    }

    @Test func withoutAReplyNothingIsKnownToPass() {
        #expect(!RecoveryVerdict.isTransient(AMQPError(.timeout, "down or inaccessible")))
    }

    // MARK: Maintenance

    private static let forced: [(UInt16, String, Bool)] = [
        (320, "CONNECTION_FORCED - Node was put into maintenance mode", true),
        (320, "CONNECTION_FORCED - broker forced connection closure with reason 'shutdown'", false),
        (320, "CONNECTION_FORCED - Closed via management plugin", false),
        (320, "", false),
        (541, "INTERNAL_ERROR - maintenance", false),
    ]

    @Test(arguments: forced)
    func maintenanceIsKnownByItsText(_ code: UInt16, _ text: String, _ isMaintenance: Bool) {
        #expect(Self.closed(code, text).isMaintenance == isMaintenance)
        #expect(AMQPError.interrupted(by: Self.closed(code, text)).isMaintenance == isMaintenance)
    }

    @Test func whoeverJustGoesIsNotInMaintenance() {
        #expect(!AMQPError(.connectionClosed, "maintenance").isMaintenance)
    }

    // MARK: Breaker

    private static let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    private func trips(_ faults: [(AMQPError, at: Int64)]) -> [Bool] {
        var breaker = RecoveryBreaker()
        return faults.map { breaker.trips($0.0, now: Self.start + .seconds($0.at)) }
    }

    private static let ours: [AMQPError] = [
        .malformed("the server sent a frame that does not end with 0xCE"),
        closed(501, "FRAME_ERROR"), closed(503, "COMMAND_INVALID"), closed(504, "CHANNEL_ERROR"),
        closed(505, "UNEXPECTED_FRAME"), .interrupted(by: closed(504)),
    ]

    @Test(arguments: ours)
    func theFourthFaultOfOurOwnWithinAMinuteIsOneTooMany(_ fault: AMQPError) {
        #expect(trips([(fault, 0), (fault, 1), (fault, 2), (fault, 3)]) == [false, false, false, true])
        #expect(trips([(fault, 0), (fault, 20), (fault, 40), (fault, 60)]) == [false, false, false, true])
        #expect(trips([(fault, 0), (fault, 20), (fault, 40), (fault, 61)]) == [false, false, false, false])
    }

    @Test func faultsAreForgottenOneByOne() {
        let fault = Self.closed(504)
        let tripped = trips([0, 30, 59, 61, 89, 120].map { (fault, Int64($0)) })
        // At 61 the first is gone, at 89 there are four, and at 120 those of 61 and 89 are left.
        #expect(tripped == [false, false, false, false, true, false])
    }

    @Test func differentFaultsCountTogether() {
        let faults: [AMQPError] = [Self.closed(501), .malformed("x"), Self.closed(505), Self.closed(503)]
        #expect(trips(faults.map { ($0, 0) }) == [false, false, false, true])
    }

    private static let others: [AMQPError] = [
        closed(320, "CONNECTION_FORCED - broker forced connection closure with reason 'shutdown'"),
        closed(320, "CONNECTION_FORCED - Node was put into maintenance mode"),
        .interrupted(by: closed(320)),
        network,
        AMQPError(.connectFailed, "Connection refused"),
        AMQPError(.timeout, "no AMQP handshake"),
        AMQPError(.tlsFailed, "the certificate has expired"),
        AMQPError(.authenticationFailed, "refused", reply: .init(code: 403, text: "ACCESS_REFUSED")),
    ]

    @Test(arguments: others)
    func theBrokersAndTheNetworksFaultsNeverCount(_ error: AMQPError) {
        #expect(trips((0..<1000).map { _ in (error, at: 0) }).allSatisfy { !$0 })
        let fault = Self.closed(504)
        let mixed = trips([(fault, 0), (error, 0), (fault, 0), (error, 0), (fault, 0), (error, 0), (fault, 0)])
        #expect(mixed == [false, false, false, false, false, false, true])
    }
}
