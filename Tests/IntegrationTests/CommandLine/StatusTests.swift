import Foundation
import LocalBroker
import NIOConcurrencyHelpers
import Subprocess
import Testing

@Suite(.needsBroker, .timeLimit(.minutes(2))) struct StatusTests {
    private static let dead = "amqp://127.0.0.1:1"

    private func objects(_ lines: [String]) throws -> [[String: Any]] {
        try lines.map { try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]) }
    }

    @Test func anAvailableNode() async throws {
        let result = try await WarrenProcess.run("status")
        #expect(result.status == .exited(0), "\(result.error)")
        #expect(result.lines.count == 2 && result.lines[0].hasPrefix("node "))
        #expect(result.lines[1].contains("available") && result.lines[1].contains("RabbitMQ "))
        #expect(result.lines[1].contains(" ms"))
    }

    @Test func oneOfTwoIsDead() async throws {
        let url = try await TestBroker.url()
        let result = try await WarrenProcess.run("status", "--url", url, "--url", Self.dead)
        #expect(result.status == .exited(1))
        #expect(result.lines.count == 3 && result.lines[2].hasPrefix("127.0.0.1:1 "))
        #expect(result.lines[2].contains("unreachable") && result.lines[2].contains("refused"))
        #expect(result.error.contains("1 of 2 nodes not available"))
        #expect(!(result.output + result.error).contains(TestBroker.password))
    }

    @Test func anObjectPerNode() async throws {
        let url = try await TestBroker.url()
        let result = try await WarrenProcess.run("status", "--url", url, "--url", Self.dead, "--json", "--independent")
        let nodes = try objects(result.lines)
        #expect(nodes.map { $0["state"] as? String } == ["available", "unreachable"])
        #expect(nodes[0]["product"] as? String == "RabbitMQ" && nodes[0]["version"] is String)
        #expect(try #require(nodes[0]["latency"] as? Double) > 0)
        #expect(nodes[1]["reason"] is String && nodes[1]["latency"] == nil)
    }

    @Test func noneIsReached() async throws {
        let result = try await WarrenProcess.run("status", "--url", Self.dead, "--url", "amqp://127.0.0.1:2")
        #expect(result.status == .exited(2))
        #expect(result.lines.count == 3)
        #expect(result.error.contains("none of 2 nodes"))
    }

    @Test func theSameNodeTwiceIsRefused() async throws {
        let result = try await WarrenProcess.run("status", "--url", Self.dead, "--url", Self.dead)
        #expect(result.status == .exited(2) && result.error.contains("named twice"))
    }

    @Test func aWrongPasswordIsARefusal() async throws {
        let url = try await TestBroker.url().replacing("guest:\(TestBroker.encodedPassword)@", with: "guest:S3cr3t@")
        let result = try await WarrenProcess.run("status", "--json", url: url)
        #expect(result.status == .exited(2))
        #expect(try objects(result.lines).first?["state"] as? String == "refused")
        #expect(!(result.output + result.error).contains("S3cr3t"))
    }

    @Test func watchingGoesOnUntilCtrlC() async throws {
        let looks = NIOLockedValueBox(0)
        let status = try await WarrenProcess.watch(
            ["status", "--watch", "--json"], environment: WarrenProcess.environment()
        ) { line, signal in
            #expect(line.contains(#""state":"available""#))
            let count = looks.withLockedValue { count in
                count += 1
                return count
            }
            if count == 2 { try signal(.interrupt) }
        }
        #expect(status == .exited(0))
        #expect(looks.withLockedValue { $0 } >= 2)
    }

    @Test func aPublisherSaysWhatEachNodeGot() async throws {
        let queue = freshQueueName()
        let url = try await TestBroker.url()
        let arguments = ["publish", "-q", queue, "--count", "20", "x", "--url", url, "--url", Self.dead, "--status"]
        let result = try await WarrenProcess.runList(arguments)
        #expect(result.status == .exited(0) && result.lines.count == 1)
        let table = result.error.split(separator: "\n")
        #expect(table.contains { $0.hasPrefix("node ") && $0.contains("ejections") })
        #expect(table.contains { $0.contains(" 20  100.0 %") }, "\(result.error)")
        #expect(table.contains { $0.hasPrefix("127.0.0.1:1 ") && $0.contains("disconnected") })
        _ = try await WarrenProcess.run("queue", "delete", queue)
    }
}

extension OnThreeBrokers {
    @Test func anAlarmBlocks() async throws {
        try await ThreeBrokers.run { three in
            let broker = three.brokers[0]
            try await broker.control("set_vm_memory_high_watermark", "0.00001")
            let urls = three.urls.flatMap { ["--url", $0] }
            let result = try await WarrenProcess.runList(["status", "--independent"] + urls)
            try await broker.control("set_vm_memory_high_watermark", "0.4")
            #expect(result.status == .exited(1))
            #expect(result.lines[1].contains("blocked") && result.lines[1].contains("memory"), "\(result.output)")
            #expect(result.lines[2...].allSatisfy { $0.contains("available") })
        }
    }
}
