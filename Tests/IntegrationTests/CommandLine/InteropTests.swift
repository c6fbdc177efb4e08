import Foundation
import NIOConcurrencyHelpers
import Subprocess
import SystemPackage
import Testing

enum Pika {
    /// Debian's own Python, whose packages apt installs.
    static let python = Executable.path("/usr/bin/python3")
    static let isInstalled = FileManager.default.fileExists(atPath: "/usr/lib/python3/dist-packages/pika")
}

/// The document's own worker and publisher (Python, pika) and ours on one `task_queue`.
@Suite(
    .needsBroker, .serialized, .timeLimit(.minutes(2)),
    .enabled(if: Pika.isInstalled, "skipped: apt-get install python3-pika")
)
struct InteropTests {
    private func script(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: name).path(percentEncoded: false)
    }

    private func environment() async throws -> Environment {
        try await WarrenProcess.environment().updating(["DOT_SECONDS": "0.02"])
    }

    private func pikaPublishes(_ body: String) async throws {
        let result = try await Subprocess.run(
            Pika.python, arguments: [script("pika_new_task.py"), body], environment: try await environment(),
            output: .discarded, error: .string(limit: 65536))
        #expect(result.terminationStatus.isSuccess, "\(result.standardError)")
    }

    @Test func theirTasksAreDoneByUs() async throws {
        _ = try await WarrenProcess.run("queue", "delete", "task_queue")
        for number in 1...3 { try await pikaPublishes("from pika \(number).") }
        let worked = try await WarrenProcess.run("work", "-q", "task_queue", "--dot", "1ms", "--until-empty")
        #expect(worked.status == .exited(0), "\(worked.error)")
        #expect(worked.lines.filter { $0.contains("Received") } == (1...3).map { " [x] Received from pika \($0)." })
        _ = try await WarrenProcess.run("queue", "delete", "task_queue")
    }

    @Test func bothWorkersShareTheWorkOfBothPublishers() async throws {
        _ = try await WarrenProcess.run("queue", "delete", "task_queue")
        let done = NIOLockedValueBox<(ours: Int, theirs: Int)>((0, 0))
        let total = 40
        let environment = try await environment()
        let (stream, allDone) = AsyncStream.makeStream(of: Void.self)
        let count = { @Sendable (ours: Bool) in
            let sum = done.withLockedValue {
                if ours { $0.ours += 1 } else { $0.theirs += 1 }
                return $0.ours + $0.theirs
            }
            if sum == total { allDone.finish() }
        }
        let ready = Gate()
        try await withThrowingTaskGroup { group in
            group.addTask {
                let status = try await Subprocess.run(
                    Pika.python, arguments: ["-u", self.script("pika_worker.py")], environment: environment,
                    input: .none, output: .sequence, error: .discarded
                ) { execution in
                    Task {
                        for await _ in stream {}
                        try execution.send(signal: .interrupt)
                    }
                    for try await line in execution.standardOutput.strings() {
                        if line.contains("Waiting") { ready.arrive() }
                        if line.contains("Done") { count(false) }
                    }
                }.terminationStatus
                #expect(status == .exited(0))
            }
            group.addTask {
                let status = try await WarrenProcess.watch(
                    ["work", "-q", "task_queue", "--dot", "20ms", "--json", "--limit", "1000"], environment: environment
                ) { line, signal in
                    if line.contains(#""ready""#) { ready.arrive() }
                    if line.contains(#""done""#) { count(true) }
                    if done.withLockedValue({ $0.ours + $0.theirs }) == total { try signal(.terminate) }
                }
                #expect(status == .exited(0))
            }
            try await ready.arrivals(2)
            for number in 1...2 { try await self.pikaPublishes("from pika \(number).") }
            let published = try await WarrenProcess.run("publish", "-q", "task_queue", "--count", "38", "from warren.")
            #expect(published.status == .exited(0))
            // Whoever did the last task ends its own; ours may be idle then and is ended by one more task.
            for await _ in stream {}
            _ = try await WarrenProcess.run("publish", "-q", "task_queue", "last")
            try await group.waitForAll()
        }
        let (ours, theirs) = done.withLockedValue { $0 }
        #expect(ours > 5 && theirs > 5, "ours \(ours), theirs \(theirs)")
        _ = try await WarrenProcess.run("queue", "delete", "task_queue")
    }

    @Test func theSameDeclarationFitsAndAnotherIsExplained() async throws {
        _ = try await WarrenProcess.run("queue", "delete", "task_queue")
        try await pikaPublishes("declared by pika")
        #expect(try await WarrenProcess.run("queue", "declare", "task_queue").status == .exited(0))
        let other = try await WarrenProcess.run("publish", "-q", "task_queue", "--argument", "x-max-length=5", "x")
        #expect(other.status == .exited(1))
        for part in ["task_queue", "x-max-length = 5", "x-max-length = nothing", "passive"] {
            #expect(other.error.contains(part), "\(other.error)")
        }
        _ = try await WarrenProcess.run("queue", "delete", "task_queue")
    }
}
