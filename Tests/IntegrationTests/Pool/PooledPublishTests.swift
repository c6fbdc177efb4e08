import LoadBalancing
import Testing

@testable import AMQPClient
@testable import BrokerPool

@Suite struct PooledPublishTests {
    private func publish(deadline: Double = 10) -> PooledPublish {
        PooledPublish(
            body: "x", exchange: "", routingKey: "q", properties: .persistent, mandatory: true, key: nil,
            deadline: Instant(seconds: deadline))
    }

    private static let lost = PublishOutcome.unknown(AMQPError(.connectionLost, "gone"))
    private let now = Instant(seconds: 1)

    @Test func whatTheBrokerHasIsDone() {
        #expect(publish().step(after: .confirmed, on: NodeID(0), replays: true, now: now) == .done(.confirmed))
    }

    @Test func whatNoQueueTookIsDone() {
        let returned = PublishOutcome.returned(
            .init(replyCode: 312, replyText: "NO_ROUTE", exchange: "", routingKey: "q"))
        #expect(publish().step(after: returned, on: NodeID(0), replays: true, now: now) == .done(returned))
    }

    @Test func whatIsRefusedGoesElsewhereAndNeverBack() {
        let publish = publish()
        #expect(publish.step(after: .nacked, on: NodeID(1), replays: false, now: now) == .again)
        #expect(publish.request.excluding == [NodeID(1)] && publish.request.avoiding.isEmpty)
    }

    @Test func theUnknownIsReplayedOnlyIfAsked() {
        let publish = publish()
        #expect(publish.step(after: Self.lost, on: NodeID(0), replays: false, now: now) == .done(Self.lost))
        #expect(publish.step(after: Self.lost, on: NodeID(0), replays: true, now: now) == .again)
        #expect(publish.request.avoiding == [NodeID(0)] && publish.request.excluding.isEmpty)
    }

    @Test(arguments: [AMQPError.Code.channelClosed, .cancelled])
    func whatWouldEndTheSameElsewhereIsNotReplayed(_ code: AMQPError.Code) {
        let outcome = PublishOutcome.unknown(AMQPError(code, "no"))
        #expect(publish().step(after: outcome, on: NodeID(0), replays: true, now: now) == .done(outcome))
    }

    @Test func nothingIsRepeatedAfterTheDeadline() {
        let late = Instant(seconds: 11)
        #expect(publish().step(after: Self.lost, on: NodeID(0), replays: true, now: late) == .done(Self.lost))
        #expect(publish().step(after: .nacked, on: NodeID(0), replays: true, now: late) == .done(.nacked))
    }

    @Test func aNodeThatTakesNothingIsLeftForAnother() {
        for code in [AMQPError.Code.connectionLost, .connectionClosed, .channelClosed, .blocked] {
            #expect(publish().mayGoElsewhere(after: AMQPError(code, "no"), on: NodeID(0)))
        }
        #expect(!publish().mayGoElsewhere(after: AMQPError(.invalidArgument, "too large"), on: NodeID(0)))
    }
}
