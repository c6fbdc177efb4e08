#if os(Linux)
    import AMQPClient
    import AMQPTestSupport
    import Foundation
    import Subprocess
    import SystemPackage
    import Testing

    /// A worker whose wall clock jumps, while everything else is real. wall_clock.c is what moves it.
    @Suite(.needsBroker, .timeLimit(.minutes(5))) struct ClockJumpTests {
        private struct Event: Decodable {
            var event: String?
            var body: String?
        }

        /// A second per dot: longer than the broker waits for a heartbeat, at the most three times four seconds.
        private static let longTask = String(repeating: ".", count: 13)

        /// The first jumps while a task runs for several heartbeats, the second while the worker waits to reconnect.
        @Test("clock jumps", arguments: [3600, -3600] as [Int64])
        func nothingNotices(jump: Int64) async throws {
            try await WallClock.prepare { clock in
                var environment = try await WarrenProcess.environment(nil)
                environment = environment.updating(clock.environment)
                let address = try BrokerAddress(uri: try await TestBroker.url())
                let queue = freshQueueName()
                try await FaultProxy.run(to: address.host, port: address.port) { proxy in
                    let url = try await TestBroker.url().replacing(":\(address.port)", with: ":\(proxy.port)")
                    var bodies: [String] = []
                    var interruptions = 0
                    let status = try await WarrenProcess.watch(
                        ["work", "-q", queue, "--url", "\(url)?heartbeat=4", "--json"], environment: environment
                    ) { line, signal in
                        let event = try JSONDecoder().decode(Event.self, from: Data(line.utf8))
                        switch event.event {
                        case "ready": try await publish(Self.longTask, to: queue)
                        case "received" where event.body == Self.longTask:
                            // In steps: one that falls together with something from the broker would go unnoticed.
                            for _ in 0..<10 {
                                try clock.jump(by: jump / 10)
                                _ = try await WarrenProcess.run("queue", "info", queue)
                            }
                        case "done" where event.body == Self.longTask:
                            #expect(proxy.connectionCount == 1, "a heartbeat was missed that was not")
                            proxy.refuseConnections(true)
                            proxy.reset()
                            // Its first attempt has failed, and it waits for the next one.
                            while proxy.connectionCount < 2 { await Task.yield() }
                            try clock.jump(by: -jump)
                            proxy.refuseConnections(false)
                            try await publish(".", to: queue)
                        case "done":
                            bodies.append(event.body ?? "")
                            try signal(.terminate)
                        case "interrupted": interruptions += 1
                        case "received", "draining", nil: break
                        default:
                            Issue.record("\(line)")
                            try signal(.kill)
                        }
                    }
                    #expect(status == .exited(0))
                    #expect(bodies == ["."])
                    #expect(interruptions == 1, "the one that the proxy made")
                }
                _ = try await WarrenProcess.run("queue", "delete", queue)
            }
        }

        private func publish(_ body: String, to queue: String) async throws {
            let published = try await WarrenProcess.run("publish", "-q", queue, body)
            #expect(published.status == .exited(0), "\(published.error)")
        }
    }

    /// The wall clock of those processes that have this environment.
    private struct WallClock {
        let environment: [Environment.Key: String]
        private let offset: URL

        static func prepare(_ body: (WallClock) async throws -> Void) async throws {
            let folder = FileManager.default.temporaryDirectory.appending(path: "warren-clock-\(UUID())")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let library = folder.appending(path: "wall_clock.so").path
            let source = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "wall_clock.c").path
            // Swift's own compiler: it is there wherever this was built.
            let compiled = try await Subprocess.run(
                .name("clang"), arguments: ["-shared", "-fPIC", "-O1", "-o", library, source], output: .discarded,
                error: .string(limit: 1 << 16))
            try #require(compiled.terminationStatus == .exited(0), "\(compiled.standardError)")
            let clock = WallClock(
                environment: [
                    "LD_PRELOAD": library, "WALL_CLOCK_OFFSET": folder.appending(path: "offset").path,
                ], offset: folder.appending(path: "offset"))
            try clock.set(0)
            try await clock.check()
            try await body(clock)
        }

        /// From what it is now.
        func jump(by seconds: Int64) throws { try set(try now() + seconds) }

        private func now() throws -> Int64 {
            try Data(contentsOf: offset).withUnsafeBytes { $0.loadUnaligned(as: Int64.self) }
        }

        private func set(_ seconds: Int64) throws {
            // In place: the processes have this very file in their memory.
            if !FileManager.default.fileExists(atPath: offset.path) { try Data().write(to: offset) }
            let file = try FileHandle(forWritingTo: offset)
            try file.write(contentsOf: withUnsafeBytes(of: seconds) { Data($0) })
            try file.close()
        }

        /// Without this a clock that does not jump at all would pass.
        private func check() async throws {
            try set(1_000_000)
            let date = try await Subprocess.run(
                .name("date"), arguments: ["+%s"], environment: .inherit.updating(environment),
                output: .string(limit: 100))
            let shown = Double(date.standardOutput.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
            try #require(abs(shown - Date.now.timeIntervalSince1970 - 1_000_000) < 100)
            try set(0)
        }
    }
#endif
