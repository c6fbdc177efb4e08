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

    /// 100 workers, one after the other on ten lanes; each is told to end after one to twelve tasks, in the middle of
    /// others.
    @Test func sigtermMidTask() async throws {
        let queue = freshQueueName()
        let tasks = (1...1500).map { "task \($0)." }
        let published = try await WarrenProcess.run(
            "publish", "-q", queue, input: tasks.joined(separator: "\n"))
        #expect(published.status == .exited(0), "\(published.error)")
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
                case "done": done.withLockedValue { $0[event.body ?? "", default: 0] += 1 }
                case let other: #expect(other == nil || other == "ready", "\(line)")
                }
            }
            #expect(status == .exited(0))
        }
        try await withThrowingTaskGroup { group in
            for lane in 0..<10 {
                group.addTask {
                    for number in 0..<10 { try await work(terminatingAfter: 1 + (lane * 7 + number * 5) % 12) }
                }
            }
            try await group.waitForAll()
        }
        let byTerminated = done.withLockedValue { $0.count }
        #expect(terminated.withLockedValue { $0 } == 100 && byTerminated < tasks.count)
        try await work("--until-empty", terminatingAfter: nil)
        let counts = done.withLockedValue { $0 }
        #expect(Set(counts.keys) == Set(tasks), "lost: \(Set(tasks).subtracting(counts.keys).count)")
        #expect(counts.values.allSatisfy { $0 == 1 }, "twice: \(counts.filter { $0.value > 1 })")
        _ = try await WarrenProcess.run("queue", "delete", queue)
    }
}
