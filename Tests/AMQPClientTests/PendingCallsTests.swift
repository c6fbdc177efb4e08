import NIOCore
import Testing

@testable import AMQPClient

@Suite struct PendingCallsTests {
    private static let now = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    private func ask(_ calls: inout PendingCalls, _ replies: [MethodID]) -> Waiter<Reply> {
        calls.append(QueuePurge.id, replies: replies, deadline: Self.now)
    }

    @Test func answersComeInTheOrderOfTheQuestions() async throws {
        var calls = PendingCalls()
        let waiters = (0..<3).map { _ in ask(&calls, [QueuePurgeOk.id]) }
        for count in 0..<3 {
            try calls.answer(QueuePurgeOk.id, .method(.queuePurgeOk(QueuePurgeOk(messageCount: UInt32(count)))))
        }
        for (count, waiter) in waiters.enumerated() {
            let reply: QueuePurgeOk = try AMQPConnection.typed(try await waiter.value())
            #expect(reply.messageCount == UInt32(count))
        }
    }

    @Test func answersThatNobodyAskedForAreRefused() {
        var calls = PendingCalls()
        #expect(throws: AMQPError.self) { try calls.answer(QueuePurgeOk.id, .method(.basicQosOk(.init()))) }
        _ = ask(&calls, [QueuePurgeOk.id])
        #expect(throws: AMQPError.self) { try calls.answer(BasicQosOk.id, .method(.basicQosOk(.init()))) }
    }

    @Test func aCallThatTimedOutKeepsItsPlace() async throws {
        var calls = PendingCalls()
        let late = ask(&calls, [QueuePurgeOk.id])
        calls.expire(now: Self.now)
        let error = await #expect(throws: AMQPError.self) { try await late.value() }
        #expect(error?.code == .timeout)
        let next = ask(&calls, [QueueDeleteOk.id])
        try calls.answer(QueuePurgeOk.id, .method(.queuePurgeOk(QueuePurgeOk(messageCount: 1))))
        try calls.answer(QueueDeleteOk.id, .method(.queueDeleteOk(QueueDeleteOk(messageCount: 2))))
        let reply: QueueDeleteOk = try AMQPConnection.typed(try await next.value())
        #expect(reply.messageCount == 2)
    }
}
