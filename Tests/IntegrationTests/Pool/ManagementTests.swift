import AMQPClient
import LoadBalancing
import LocalBroker
import ManagementAPI
import Testing

@testable import BrokerPool

/// What only the management API knows, and what a pool makes of it.
extension OnACluster {
    @Suite(.serialized) struct ManagementTests {
        private static let quorum: FieldTable = ["x-queue-type": "quorum"]

        /// Runs with a quorum queue, and deletes it.
        private func withQueue(
            _ cluster: RunningBroker,
            _ body: (AMQPChannel, String) async throws -> Void
        ) async throws {
            let connection = try await AMQPConnection.connect(
                to: cluster.urls.indices.map { TestBroker.url(of: cluster, node: $0 + 1) }.joined(separator: ","),
                options: TestBroker.options)
            let queue = freshQueueName()
            let channel = try await connection.openChannel()
            try await channel.declareQueue(queue, arguments: Self.quorum)
            do {
                try await body(channel, queue)
                _ = try? await connection.openChannel().deleteQueue(queue)
                await connection.close()
            } catch {
                _ = try? await connection.openChannel().deleteQueue(queue)
                await connection.close()
                throw error
            }
        }

        /// Publishes one by one until so many in a row went to the same node.
        private func settledNode(_ publisher: PoolPublisher, _ queue: String) async throws -> Int {
            var (last, count) = (-1, 0)
            while count < 30 {
                let before = publisher.status.map(\.published)
                #expect(try await publisher.publish("x", routingKey: queue).isConfirmed)
                let after = publisher.status.map(\.published)
                let node = try #require(zip(before, after).map { $0 < $1 }.firstIndex(of: true))
                count = node == last ? count + 1 : 1
                last = node
            }
            return last + 1
        }

        @Test func itTellsNodesAndQueues() async throws {
            let cluster = try await Cluster.running()
            try await withQueue(cluster) { _, queue in
                for node in 1...3 {
                    let management = try cluster.management(node: node)
                    #expect(try await management.nodeName() == "warren\(node)@localhost")
                    let nodes = try await management.nodes()
                    #expect(Set(nodes.map(\.name)) == Set((1...3).map { "warren\($0)@localhost" }))
                    #expect(nodes.allSatisfy { $0.isRunning && !$0.hasAlarm && !$0.isDrained })
                    let found = try #require(try await management.queue(queue))
                    let leader = try #require(found.leader)
                    #expect(found.type == "quorum" && found.members.contains(leader))
                    #expect(try await management.queues().map(\.name).contains(queue))
                }
                #expect(try await cluster.management().queue("no-such-queue") == nil)
            }
        }

        @Test func itsErrorsSayWhatToDo() async throws {
            let cluster = try await Cluster.running()
            let url = cluster.broker.managementURLs[0]
            let stranger = try ManagementClient(url: url, credentials: .init(user: "guest", password: "wrong"))
            let refused = await #expect(throws: AMQPError.self) { try await stranger.nodeName() }
            #expect(refused?.code == .authenticationFailed && refused?.remedy?.contains("set_user_tags") == true)
            let nobody = try ManagementClient(url: "http://127.0.0.1:1")
            let unreachable = await #expect(throws: AMQPError.self) { try await nobody.nodes() }
            #expect(unreachable?.code == .connectFailed && unreachable?.remedy?.contains("rabbitmq-plugins") == true)
            // The AMQP port speaks no HTTP.
            let address = try BrokerAddress(uri: cluster.url)
            let wrong = try ManagementClient(url: "http://127.0.0.1:\(address.port)", timeout: .seconds(30))
            await #expect(throws: AMQPError.self) { try await wrong.nodeName() }
            for url in ["", "localhost:15672", "ftp://a", "http://", "http://user:secret@host:1", "http://a b"] {
                let error = #expect(throws: AMQPError.self) { try ManagementClient(url: url) }
                #expect(error?.code == .invalidURI && error?.description.contains("secret") == false)
            }
        }

        @Test func messagesGoToTheirQueuesLeader() async throws {
            let cluster = try await Cluster.running()
            try await withQueue(cluster) { _, queue in
                let publisher = try await cluster.pool().makePublisher()
                try await publisher.waitUntilAllAreThere()
                let leader = RunningBroker.number(ofNode: try await cluster.management().queue(queue)?.leader)
                #expect(try await settledNode(publisher, queue) == leader)

                // Its death elects another one; nothing waits for the old.
                let killed = try #require(leader)
                try await cluster.killSynchronised(node: killed)
                let survivor = killed == 1 ? 2 : 1
                let next = try await settledNode(publisher, queue)
                #expect(next != killed)
                let management = try cluster.management(node: survivor)
                #expect(RunningBroker.number(ofNode: try await management.queue(queue)?.leader) == next)
                try await cluster.startNode(killed)
                await publisher.close()
            }
        }

        @Test func withoutItTheStrategyChooses() async throws {
            let cluster = try await Cluster.running()
            try await withQueue(cluster) { _, queue in
                let publisher = try await cluster.pool { $0.management?.prefersLeader = false }.makePublisher()
                try await publisher.waitUntilAllAreThere()
                let before = publisher.status.map(\.published)
                for _ in 0..<30 { #expect(try await publisher.publish("x", routingKey: queue).isConfirmed) }
                #expect(zip(publisher.status.map(\.published), before).map { $0 - $1 } == [10, 10, 10])
                await publisher.close()
            }
        }

        /// A node that reports an alarm is left alone after a reconnect, and comes back without one.
        @Test func anAlarmIsRememberedOverAReconnect() async throws {
            let cluster = try await Cluster.running()
            try await withQueue(cluster) { _, queue in
                let publisher = try await cluster.pool().makePublisher()
                try await publisher.waitUntilAllAreThere()
                try await cluster.control("set_vm_memory_high_watermark", "0.000001", node: 2)
                // Until the board has it, for all of them: the alarm of one node is everybody's.
                while !publisher.board.withReports({ reports in
                    reports?.byNode.count == 3 && reports?.byNode.values.allSatisfy(\.hasAlarm) == true
                }) {
                    try await Task.sleep(for: .milliseconds(10))
                }
                for node in publisher.allNodes { node.drop() }
                try await publisher.waitUntil { $0.allSatisfy { $0.condition == .disconnected } }
                try await publisher.waitUntil { $0.allSatisfy { $0.condition == .blocked } }
                #expect(publisher.status.allSatisfy { $0.published == 0 })
                try await cluster.control("set_vm_memory_high_watermark", "0.4", node: 2)
                #expect(try await publisher.publish("x", routingKey: queue).isConfirmed)
                await publisher.close()
            }
        }
    }
}
