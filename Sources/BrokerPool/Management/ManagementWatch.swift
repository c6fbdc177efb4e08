internal import AMQPClient
internal import LoadBalancing
internal import Logging
internal import ManagementAPI

/// Asks the management API again and again, and tells the board what it says.
///
/// A node that does not answer is asked again the next time; meanwhile nothing is known of it.
struct ManagementWatch: Sendable {
    struct Node: Sendable {
        var id: NodeID
        var address: BrokerAddress
    }

    let access: ManagementAccess
    let topology: BrokerTopology
    let board: NodeBoard
    let logger: Logger
    /// Those that there are now.
    let nodes: @Sendable () -> [Node]

    /// Until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            switch topology {
            case .cluster: await lookAtCluster()
            case .independent: await lookAtEach()
            }
            try? await Task.sleep(for: access.interval)
        }
    }

    // MARK: Brokers of their own

    private func lookAtEach() async {
        let queues = board.queues
        let reports = await ask { node, client throws(AMQPError) in
            let hasAlarm = try await client.nodes().contains(where: \.hasAlarm)
            var depth = 0
            for queue in queues {
                depth += try await client.queue(queue, virtualHost: node.address.virtualHost)?.messagesReady ?? 0
            }
            return NodeBoard.Report(hasAlarm: hasAlarm, depth: depth)
        }
        board.hear(reports.mapValues(\.answer))
    }

    // MARK: A cluster, of which every node knows all

    private func lookAtCluster() async {
        let names = await ask { _, client throws(AMQPError) in try await client.nodeName() }
        guard let witness = names.min(by: { $0.key.index < $1.key.index })?.value.client else {
            return board.hear([:])
        }
        do throws(AMQPError) {
            // The alarm of one node blocks the publishers of all.
            let hasAlarm = try await witness.nodes().contains(where: \.hasAlarm)
            board.hear(names.mapValues { _ in NodeBoard.Report(hasAlarm: hasAlarm) })
            guard access.prefersLeader else { return }
            let virtualHost = nodes().first?.address.virtualHost ?? "/"
            var leaders: [String: NodeID] = [:]
            for queue in board.queues {
                let leader = try await witness.queue(queue, virtualHost: virtualHost)?.leader
                leaders[queue] = names.first { $0.value.answer == leader }?.key
            }
            board.hear(leaders: leaders)
        } catch {
            logger.debug("no word from the management API", metadata: ["url": "\(witness.url)", "error": "\(error)"])
        }
    }

    // MARK: Asking

    private struct Reply<Answer: Sendable>: Sendable {
        var client: ManagementClient
        var answer: Answer
    }

    /// Asks all nodes, side by side.
    ///
    /// - Returns: What those say that answer.
    private func ask<Answer: Sendable>(
        _ question: @escaping @Sendable (Node, ManagementClient) async throws(AMQPError) -> Answer
    ) async -> [NodeID: Reply<Answer>] {
        await withTaskGroup(of: (NodeID, Reply<Answer>)?.self) { group in
            for node in nodes() {
                group.addTask {
                    do throws(AMQPError) {
                        let client = try access.client(for: node.address, index: node.id.index)
                        return (node.id, Reply(client: client, answer: try await question(node, client)))
                    } catch {
                        logger.debug(
                            "no word from the management API",
                            metadata: ["broker": "\(node.address)", "error": "\(error)"])
                        return nil
                    }
                }
            }
            return await group.reduce(into: [:]) { if let (id, reply) = $1 { $0[id] = reply } }
        }
    }
}
