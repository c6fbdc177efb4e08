/// How a node is, seen from here: a line of output.
struct NodeReport: Encodable, Sendable {
    enum State: String, Encodable, Sendable {
        /// It confirmed messages.
        case available
        /// It takes no messages, because of an alarm.
        case blocked
        /// It is there, and says no.
        case refused
        /// It is connected, and did not do what it should.
        case failing
        /// No connection came about.
        case unreachable
    }

    /// Host, port and virtual host.
    var node: String
    var state: State
    /// Why it is not available; never a password.
    var reason: String?
    var product: String?
    var version: String?
    var cluster: String?
    /// Seconds from publish to confirm: the median of a few.
    var latency: Double?

    init(node: String, state: State, reason: String? = nil) {
        self.node = node
        self.state = state
        self.reason = reason
    }

    /// Whether there was a connection.
    var isReached: Bool { product != nil }

    static func table(_ reports: [NodeReport]) -> String {
        var table = TextTable([
            ("node", .left), ("state", .left), ("version", .left), ("latency", .right), ("why", .left),
        ])
        for report in reports {
            let version = report.product.map { "\($0) \(report.version ?? "")" } ?? "-"
            let latency = report.latency.map { Duration.seconds($0).inMilliseconds } ?? "-"
            table.add([report.node, report.state.rawValue, version, latency, report.reason ?? ""])
        }
        return table.description
    }
}
