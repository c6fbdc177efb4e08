internal import LoadBalancing

/// What the management API says, beside what the connections say.
extension NodeBoard {
    struct Report: Sendable, Equatable {
        /// Publishers are blocked.
        var hasAlarm: Bool
        /// Messages that wait in the queues that are published to, if each node has its own.
        var depth: Int?
    }

    /// What is known of nodes and queues from the last look.
    struct Reports {
        var byNode: [NodeID: Report] = [:]
        var leaders: [String: NodeID] = [:]
        /// Queues that were published to since the watch began.
        var queues: Set<String> = []
        /// Nodes that are left alone because an alarm was reported when they were connected again.
        var suspects: Set<NodeID> = []
        /// As asked for, before depths.
        var weights: [NodeID: Double] = [:]

        /// For who publishes to more queues than that, most of them have no leader.
        static let mostQueues = 1000

        /// - Returns: The node of the queue's leader.
        mutating func leader(of queue: String) -> NodeID? {
            if let leader = leaders[queue] { return leader }
            if queues.count < Self.mostQueues { queues.insert(queue) }
            return nil
        }

        /// The part of its weight that a node should have: all of it unless more waits there than elsewhere.
        func part(of node: NodeID) -> Double {
            let depths = byNode.values.compactMap(\.depth)
            guard let depth = byNode[node]?.depth, depths.count > 1 else { return 1 }
            let mean = Double(depths.reduce(0, +)) / Double(depths.count)
            return (mean + Self.slack) / (max(mean, Double(depth)) + Self.slack)
        }

        /// Differences of so few messages mean nothing.
        private static let slack = 100.0
    }

    /// Queues whose leader or depth is of interest.
    var queues: Set<String> { withReports { $0?.queues ?? [] } }

    func hear(_ reports: [NodeID: Report]) {
        change { state in
            state.reports?.byNode = reports
            for node in state.reports?.suspects ?? [] where reports[node]?.hasAlarm != true {
                state.reports?.suspects.remove(node)
                state.balancer.unblock(node, at: .now)
            }
            guard levelsDepth, let known = state.reports else { return }
            for (node, weight) in known.weights { state.balancer.setWeight(weight * known.part(of: node), of: node) }
        }
    }

    func hear(leaders: [String: NodeID]) {
        change { $0.reports?.leaders = leaders }
    }
}
