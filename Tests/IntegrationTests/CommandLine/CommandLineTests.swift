import AMQPClient
import Foundation
import NIOConcurrencyHelpers
import Subprocess
import Testing

/// The contract of the command line, on the built program.
@Suite(.needsBroker, .timeLimit(.minutes(3))) struct CommandLineTests {
    @Test func publishedTasksAreWorkedOn() async throws {
        let queue = freshQueueName()
        let published = try await WarrenProcess.run("publish", "-q", queue, "one", "two.", "three..")
        #expect(published.status == .exited(0))
        #expect(published.lines.last == "published 3 confirmed 3 returned 0 nacked 0 unknown 0")
        let worked = try await WarrenProcess.run("work", "-q", queue, "-c", "2", "--dot", "1ms", "--until-empty")
        #expect(worked.status == .exited(0))
        for body in ["one", "two.", "three.."] { #expect(worked.lines.contains(" [x] Received \(body)")) }
        #expect(worked.lines.count { $0 == " [x] Done" } == 3)
        #expect(worked.error.contains(" [*] Waiting for messages. To exit press CTRL+C"))
        let info = try await WarrenProcess.run("queue", "info", queue)
        #expect(info.output == "\(queue): 0 messages ready, 0 consumers\n")
        #expect(try await WarrenProcess.run("queue", "delete", queue).status == .exited(0))
    }

    @Test func linesOfStandardInputAreBodies() async throws {
        let queue = freshQueueName()
        let published = try await WarrenProcess.run(
            "publish", "-q", queue, "--count", "2", "--json", input: (1...500).map { "line \($0)\n" }.joined())
        #expect(published.lines.last == #"{"confirmed":1000,"nacked":0,"published":1000,"returned":0,"unknown":0}"#)
        let worked = try await WarrenProcess.run("work", "-q", queue, "-c", "10", "--until-empty", "--json")
        let lines = try worked.lines.map {
            try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        #expect(lines.count { $0["event"] as? String == "done" } == 1000)
        _ = try await WarrenProcess.run("queue", "delete", queue)
    }

    @Test func anyProgramIsAHandlerAndItsExitStatusCounts() async throws {
        let queue = freshQueueName()
        let program =
            "read body; echo \"got $body\"; case $body in ok) exit 0;; later) test $WARREN_REDELIVERED = 1 || exit 75;; *) exit 3;; esac"
        _ = try await WarrenProcess.run("publish", "-q", queue, "ok", "later", "bad")
        let worked = try await WarrenProcess.run("work", "-q", queue, "--until-empty", "--exec", "sh", "-c", program)
        #expect(worked.status == .exited(1))
        #expect(worked.lines.sorted() == ["got bad", "got later", "got later", "got ok"])
        #expect(worked.error.contains("sh exited with 3") && worked.error.contains("1 tasks failed"))
        _ = try await WarrenProcess.run("queue", "delete", queue)
    }

    @Test func aProgramThatReadsNothingIsNoFailure() async throws {
        let queue = freshQueueName()
        _ = try await WarrenProcess.run("publish", "-q", queue, "--count", "20", String(repeating: "x", count: 100_000))
        let worked = try await WarrenProcess.run("work", "-q", queue, "-c", "4", "--until-empty", "--exec", "true")
        #expect(worked.status == .exited(0), "\(worked.error)")
        _ = try await WarrenProcess.run("queue", "delete", queue)
    }

    @Test func theLimitLeavesTheRestInTheQueue() async throws {
        let queue = freshQueueName()
        _ = try await WarrenProcess.run("publish", "-q", queue, "--count", "10", "x")
        let worked = try await WarrenProcess.run("work", "-q", queue, "-c", "8", "--limit", "3")
        #expect(worked.status == .exited(0) && worked.lines.count { $0 == " [x] Done" } == 3)
        #expect(try await WarrenProcess.run("queue", "info", queue).output.contains(" 7 messages ready"))
        #expect(try await WarrenProcess.run("queue", "purge", queue).output == "purged 7 messages from \(queue)\n")
        _ = try await WarrenProcess.run("queue", "delete", queue)
    }

    @Test func delayedTasksAreHeldByTheBroker() async throws {
        let queue = freshQueueName()
        let published = try await WarrenProcess.run("publish", "-q", queue, "--delay", "300ms", "later")
        #expect(published.status == .exited(0))
        let held = try await WarrenProcess.run("queue", "info", "\(queue).delay.300ms")
        #expect(held.status == .exited(0))
        let worked = try await WarrenProcess.run("work", "-q", queue, "--limit", "1")
        #expect(worked.lines.contains(" [x] Received later"))
        _ = try await WarrenProcess.run("queue", "delete", queue)
        _ = try await WarrenProcess.run("queue", "delete", "\(queue).delay.300ms")
    }

    @Test func headersPriorityAndFilesTravel() async throws {
        let queue = freshQueueName()
        let file = FileManager.default.temporaryDirectory.appending(path: queue).path(percentEncoded: false)
        try Data([0, 255, 10]).write(to: URL(filePath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        let declared = try await WarrenProcess.run("queue", "declare", queue, "--argument", "x-max-priority=9")
        #expect(declared.status == .exited(0), "\(declared.error)")
        let published = try await WarrenProcess.run(
            "publish", "-q", queue, "--passive", "--file", file, "--header", "width=640", "--header", "ok=true",
            "--priority", "5")
        #expect(published.status == .exited(0), "\(published.error)")
        let connection = try await TestBroker.connect()
        let delivery = try #require(try await connection.openChannel().get(queue, acknowledgement: .none))
        #expect(delivery.body.bytes == [0, 255, 10] && delivery.properties.priority == 5)
        #expect(delivery.properties.headers?.sorted == ["ok": true, "width": 640])
        try await connection.openChannel().deleteQueue(queue)
        await connection.close()
    }

    // MARK: Signals

    @Test func sigtermFinishesWhatRuns() async throws {
        let queue = freshQueueName()
        _ = try await WarrenProcess.run("publish", "-q", queue, "a", "b", "c")
        let gate = FileManager.default.temporaryDirectory.appending(path: queue).path(percentEncoded: false)
        defer { try? FileManager.default.removeItem(atPath: gate) }
        let events = NIOLockedValueBox<[String]>([])
        let status = try await WarrenProcess.watch(
            [
                "work", "-q", queue, "--json", "--exec", "sh", "-c", "until [ -e \(gate) ]; do sleep 0.02; done",
            ], environment: WarrenProcess.environment()
        ) { line, signal in
            for event in ["received", "draining", "done"] where line.contains("\"event\":\"\(event)\"") {
                events.withLockedValue { $0.append(event) }
                // The task ends only when the worker has said that it takes no more.
                if event == "received" { try signal(.terminate) }
                if event == "draining" { _ = FileManager.default.createFile(atPath: gate, contents: nil) }
            }
        }
        #expect(status == .exited(0))
        #expect(events.withLockedValue { $0 } == ["received", "draining", "done"])
        #expect(try await WarrenProcess.run("queue", "info", queue).output.contains(" 2 messages ready"))
        _ = try await WarrenProcess.run("queue", "delete", queue)
    }

    @Test func theSecondCtrlCStopsAtOnceAndGivesBack() async throws {
        let queue = freshQueueName()
        _ = try await WarrenProcess.run("publish", "-q", queue, "long.")
        let status = try await WarrenProcess.watch(
            ["work", "-q", queue, "--dot", "1h", "--json"], environment: WarrenProcess.environment()
        ) { line, signal in
            if line.contains(#""received""#) || line.contains(#""draining""#) { try signal(.interrupt) }
        }
        #expect(status == .exited(0))
        #expect(try await WarrenProcess.run("queue", "info", queue).output.contains(" 1 messages ready"))
        _ = try await WarrenProcess.run("queue", "delete", queue)
    }

    @Test func aKilledWorkerLosesNothing() async throws {
        let queue = freshQueueName()
        _ = try await WarrenProcess.run("publish", "-q", queue, "--count", "20", ".")
        let status = try await WarrenProcess.watch(
            ["work", "-q", queue, "-c", "5", "--dot", "1h"], environment: WarrenProcess.environment()
        ) { line, signal in if line.contains("Received") { try signal(.kill) } }
        #expect(status == .signaled(9))
        let worked = try await WarrenProcess.run("work", "-q", queue, "-c", "5", "--dot", "1ms", "--limit", "20")
        #expect(worked.lines.count { $0 == " [x] Done" } == 20)
        #expect(worked.lines.contains { $0.hasSuffix("(again)") })
        _ = try await WarrenProcess.run("queue", "delete", queue)
    }
}
