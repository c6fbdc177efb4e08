import Testing

@testable import AMQPClient

@Suite struct WaiterTests {
    @Test func anAnswerThatComesFirstIsKept() async throws {
        let waiter = Waiter<Int>()
        #expect(waiter.resolve(.success(1)))
        #expect(!waiter.resolve(.success(2)))
        #expect(try await waiter.value() == 1)
    }

    @Test func everybodyWhoWaitsIsAnswered() async throws {
        let waiter = Waiter<Int>()
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<10 { group.addTask { try await waiter.value() } }
            group.addTask {
                waiter.resolve(.success(7))
                return 7
            }
            for try await value in group { #expect(value == 7) }
        }
    }

    @Test func cancellingEndsTheWait() async {
        let waiter = Waiter<Int>()
        let task = Task { await waiter.result() }
        task.cancel()
        guard case .failure(let error) = await task.value else { return #expect(Bool(false)) }
        #expect(error.code == .cancelled)
    }
}
