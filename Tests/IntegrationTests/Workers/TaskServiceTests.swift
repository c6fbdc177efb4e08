import Foundation
import NIOConcurrencyHelpers
import ServiceLifecycle
import ServiceLifecycleTestKit
import Testing
import Warren

/// One queue type per test: a payload type names its queue.
@Suite(.needsBroker, .serialized, .timeLimit(.minutes(2))) struct TaskServiceTests {
    struct Resize: TaskPayload, Equatable {
        static let queue = QueueName("warren.test.resize.\(UUID().uuidString.prefix(8))")
        var url: String
        var width: Int
    }

    private func cleanUp() async throws {
        let connection = try await TestBroker.connect()
        try await connection.openChannel().deleteQueue(Resize.queue.name)
        await connection.close()
    }

    @Test func tasksArriveAsTheyWerePublishedAndShutdownDrains() async throws {
        let tasks = TaskService(brokers: try await TestBroker.pool())
        let seen = NIOLockedValueBox<[Resize]>([])
        let gate = Gate()
        tasks.handle(Resize.self, concurrency: 4) { task, context in
            #expect(context.queue == Resize.queue && context.messageID != nil)
            seen.withLockedValue { $0.append(task) }
            gate.arrive()
        }
        try await testGracefulShutdown { trigger in
            try await withThrowingTaskGroup { group in
                group.addTask { try await tasks.run() }
                for width in 0..<20 { try await tasks.publish(Resize(url: "http://é", width: width)) }
                try await gate.arrivals(20)
                trigger.triggerGracefulShutdown()
                try await group.waitForAll()
            }
        }
        #expect(Set(seen.withLockedValue { $0.map(\.width) }) == Set(0..<20))
        try await cleanUp()
    }

    @Test func whatCannotBeDecodedIsRejectedAndTheWorkerLives() async throws {
        let connection = try await TestBroker.connect()
        let channel = try await connection.openChannel()
        try await channel.declareQueue(Resize.queue.name)
        let publisher = try await connection.makePublisher()
        _ = try await publisher.publish("not JSON", routingKey: Resize.queue.name)
        let tasks = TaskService(brokers: try await TestBroker.pool())
        let gate = Gate()
        tasks.handle(Resize.self) { _, _ in gate.arrive() }
        try await tasks.publish(Resize(url: "u", width: 1))
        let running = Task { try await tasks.run() }
        try await gate.arrivals(1)
        running.cancel()
        _ = await running.result
        #expect(try await channel.declareQueue(Resize.queue.name, passive: true).messageCount == 0)
        await connection.close()
        try await cleanUp()
    }
}
