internal import AMQPClient
internal import BrokerPool
internal import LoadBalancing

/// What a publisher makes of its nodes.
struct PublisherStatus {
    private let lines: [Line]

    private struct Line: Encodable {
        var node: String
        var state: String
        var reason: String?
        /// Messages that it was given, also those that went elsewhere afterwards.
        var published: Int
        /// Of all of those, from 0 to 1.
        var share: Double
        var outstanding: Int
        /// Seconds from publish to confirm, smoothed.
        var latency: Double?
        var ejections: Int
        /// Messages that wait there, if the management API tells and brokers are independent.
        var depth: Int?
    }

    init(_ nodes: [PoolNodeStatus]) {
        let all = nodes.reduce(0) { $0 + $1.published }
        lines = nodes.map { node in
            Line(
                node: node.address.description, state: node.condition.word, reason: node.lastError?.message,
                published: node.published, share: all > 0 ? Double(node.published) / Double(all) : 0,
                outstanding: node.outstanding, latency: node.latency, ejections: node.ejections, depth: node.depth)
        }
    }

    /// To standard error: it is not what was asked for, but how that went.
    func show(_ console: Console) {
        if console.json {
            for line in lines { Console.standardError(Console.encode(line)) }
        } else {
            Console.standardError(table)
        }
    }

    private var table: String {
        let hasDepths = lines.contains { $0.depth != nil }
        var table = TextTable(
            [
                ("node", .left), ("state", .left), ("published", .right), ("share", .right), ("outstanding", .right),
                ("latency", .right), ("ejections", .right),
            ] + (hasDepths ? [("waiting", .right)] : []) + [("why", .left)])
        for line in lines {
            let depth = hasDepths ? [line.depth.map { "\($0)" } ?? "-"] : []
            table.add(
                [
                    line.node, line.state, "\(line.published)", "\((line.share * 1000).rounded() / 10) %",
                    "\(line.outstanding)", line.latency.map { Duration.seconds($0).inMilliseconds } ?? "-",
                    "\(line.ejections)",
                ] + depth + [line.reason ?? ""])
        }
        return table.description
    }
}

extension NodeStatus.Condition {
    fileprivate var word: String {
        switch self {
        case .available: "available"
        case .recovering: "slow start"
        case .ejected: "ejected"
        case .probing: "probing"
        case .disconnected: "disconnected"
        case .draining: "draining"
        case .blocked: "blocked"
        case .removed: "removed"
        }
    }
}
