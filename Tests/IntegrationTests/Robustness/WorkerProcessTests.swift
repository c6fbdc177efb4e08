import AMQPClient
import Foundation
import NIOConcurrencyHelpers
import Subprocess
import Testing

/// The row of the robustness table that takes processes.
@Suite(.needsBroker, .timeLimit(.minutes(10))) struct WorkerProcessTests {
    private struct Event: Decodable {
        var event: String?
        var body: String?
    }

    private static func event(_ line: String) throws -> Event {
        try #require(try? JSONDecoder().decode(Event.self, from: Data(line.utf8)), "not an event: \(line)")
    }

    /// The numbers of tasks, given out one after the other.
    private final class Feed: Sendable {
        private let next = NIOLockedValueBox(0)
        private let publisher: Publisher
        private let queue: String

        init(_ publisher: Publisher, _ queue: String) {
            self.publisher = publisher
            self.queue = queue
        }

        func publish(_ count: Int) async throws {
            for _ in 0..<count {
                let number = next.withLockedValue { number in
                    number += 1
                    return number
                }
                try await publisher.publishDeferred(.init("task \(number)."), routingKey: queue)
            }
        }

        var all: Set<String> { Set((1...next.withLockedValue { $0 }).map { "task \($0)." }) }
    }

    /// 100 workers, one after the other on ten lanes; each is told to end after one to twelve tasks, in the middle of
    /// others. For every task that is done there is a new one: how many a worker does before the signal reaches it depends
    /// on the machine, and nobody is to wait for a task that never comes.
    @Test func sigtermMidTask() async throws {
        try await withBroker { connection, _, queue in
            let feed = Feed(try await connection.makePublisher(), queue)
            try await feed.publish(300)
            try await terminate(100, queue, feed)
        }
    }

    private func terminate(_ workers: Int, _ queue: String, _ feed: Feed) async throws {
        let environment = try await WarrenProcess.environment()
        let done = NIOLockedValueBox<[String: Int]>([:])
        let terminated = NIOLockedValueBox(0)

        func work(_ arguments: String..., terminatingAfter limit: Int?) async throws {
            var received = 0
            let status = try await WarrenProcess.watch(
                ["work", "-q", queue, "-c", "4", "--dot", "5ms", "--json"] + arguments, environment: environment
            ) { line, signal in
                let event = try Self.event(line)
                switch event.event {
                case "received":
                    received += 1
                    if received == limit { try signal(.terminate) }
                case "draining": terminated.withLockedValue { $0 += 1 }
                case "done":
                    done.withLockedValue { $0[event.body ?? "", default: 0] += 1 }
                    if limit != nil { try await feed.publish(1) }
                case let other: #expect(other == nil || other == "ready", "\(line)")
                }
            }
            #expect(status == .exited(0))
        }
        try await withThrowingTaskGroup { group in
            for lane in 0..<10 {
                group.addTask {
                    for number in 0..<workers / 10 {
                        try await work(terminatingAfter: 1 + (lane * 7 + number * 5) % 12)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(terminated.withLockedValue { $0 } == workers)
        let tasks = feed.all
        #expect(done.withLockedValue { $0.count } < tasks.count, "there is a rest for the last one")
        try await work("--until-empty", terminatingAfter: nil)
        let counts = done.withLockedValue { $0 }
        #expect(Set(counts.keys) == tasks, "lost: \(tasks.subtracting(counts.keys).count)")
        #expect(counts.values.allSatisfy { $0 == 1 }, "twice: \(counts.filter { $0.value > 1 })")
    }
}
