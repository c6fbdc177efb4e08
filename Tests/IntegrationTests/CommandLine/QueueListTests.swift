import AMQPClient
import Foundation
import LocalBroker
import Subprocess
import Testing

/// What the command line knows by the management API.
extension OnACluster {
    @Suite(.serialized) struct CommandLineTests {
        private struct Line: Decodable {
            var name: String
            var type: String
            var messages: Int
            var leader: String?
        }

        @Test func queuesAreListed() async throws {
            let cluster = try await Cluster.running()
            let url = TestBroker.url(of: cluster)
            let queue = freshQueueName()
            let published = try await WarrenProcess.run(
                "publish", "-q", queue, "--queue-type", "quorum", "-n", "5", "x", url: url)
            #expect(published.status == .exited(0), "\(published.error)")
            let list = ["queue", "list", "--management", cluster.broker.managementURLs[0]]
            // Its numbers come late.
            var line: Line?
            while line?.messages != 5 {
                let result = try await WarrenProcess.runList(list + ["--json"], url: url)
                try #require(result.status == .exited(0), "\(result.error)")
                line = try result.lines.map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
                    .first { $0.name == queue }
            }
            #expect(line?.type == "quorum" && line?.leader?.hasPrefix("warren") == true)
            let table = try await WarrenProcess.runList(list, url: url)
            #expect(table.lines.first?.hasPrefix("queue") == true && table.output.contains(queue))
            _ = try await WarrenProcess.run("queue", "delete", queue, url: url)
        }

        @Test func aBrokerWithoutTheAPIIsToldSo() async throws {
            let cluster = try await Cluster.running()
            let result = try await WarrenProcess.run(
                "queue", "list", "--management", "http://127.0.0.1:1", url: TestBroker.url(of: cluster))
            #expect(result.status == .exited(2) && result.error.contains("rabbitmq-plugins enable rabbitmq_management"))
        }

        /// Two names of one node are one node here, and the rest of the tests' nodes have no names.
        @Test func namesAreResolved() async throws {
            let url = TestBroker.url(of: try await Cluster.running()).replacing("127.0.0.1", with: "localhost")
            let queue = freshQueueName()
            let published = try await WarrenProcess.run(
                "publish", "-q", queue, "--resolve", "--status", "x", url: url)
            #expect(published.status == .exited(0) && published.error.contains("127.0.0.1:"), "\(published.error)")
            let unknown = try await WarrenProcess.run(
                "publish", "-q", queue, "--resolve", "x", url: "amqp://no-such-host.invalid")
            #expect(unknown.status == .exited(2) && unknown.error.contains("no-such-host.invalid"))
            _ = try await WarrenProcess.run("queue", "delete", queue, url: url)
        }
    }
}
