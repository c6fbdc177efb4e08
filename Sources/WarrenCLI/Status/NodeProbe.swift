internal import AMQPClient
internal import BrokerPool

/// Looks at one node, again and again, by a connection of its own.
actor NodeProbe {
    private let address: BrokerAddress
    private let pool: BrokerPool
    private var connection: AMQPConnection?

    /// The latency is the median of so many publishes.
    private static let publishes = 5

    init(_ address: BrokerAddress, pool: BrokerPool) {
        self.address = address
        self.pool = pool
    }

    func look() async -> NodeReport {
        let wasConnected = connection != nil
        let report = await lookOnce()
        guard report.state == .failing else { return report }
        await close()
        // The node may have been restarted since the last look.
        return wasConnected ? await lookOnce() : report
    }

    func close() async {
        await connection?.close(timeout: .seconds(1))
        connection = nil
    }

    private func lookOnce() async -> NodeReport {
        let connection: AMQPConnection
        do throws(AMQPError) {
            connection = try await connected()
        } catch {
            return report(error.isRefusal ? .refused : .unreachable, error)
        }
        var report: NodeReport
        do throws(AMQPError) {
            report = self.report(.available)
            report.latency = try await Self.latency(connection)
        } catch {
            // What was refused on a channel, as creating a queue, is refused by a node that is well.
            let isRefusal = error.reply != nil && error.code == .channelClosed
            report = self.report(isRefusal ? .refused : .failing, error)
        }
        if let reason = connection.blockedReason {
            report = self.report(.blocked)
            report.reason = "the broker takes no messages: \(reason)"
        }
        let server = await connection.server
        report.product = server?.product ?? "unknown"
        report.version = server?.version
        report.cluster = server?.clusterName
        return report
    }

    private func connected() async throws(AMQPError) -> AMQPConnection {
        if let connection { return connection }
        let new = try await pool.connect(to: address)
        connection = new
        return new
    }

    private func report(_ state: NodeReport.State, _ error: AMQPError? = nil) -> NodeReport {
        NodeReport(node: address.description, state: state, reason: error?.description)
    }

    // MARK: Latency

    /// Publishes to a queue that is gone afterwards. Ends early, without a latency, when the broker blocks.
    private static func latency(_ connection: AMQPConnection) async throws(AMQPError) -> Double? {
        guard connection.blockedReason == nil else { return nil }
        let channel = try await connection.openChannel()
        // A broker that blocks does not even hear that the connection ends, but it can expire.
        let queue = try await channel.declareQueue(
            durable: false, exclusive: true, autoDelete: true, arguments: ["x-expires": 60_000, "x-max-length": 1]
        ).name
        let publisher = try await connection.makePublisher(waitsForBroker: false)
        let latency = try await firstOf(publisher, queue, connection).get()
        guard connection.blockedReason == nil else { return nil }
        try await publisher.close()
        try await channel.deleteQueue(queue)
        try await channel.close()
        return latency
    }

    /// The publishes, or the news that the broker blocks them.
    private static func firstOf(
        _ publisher: Publisher,
        _ queue: String,
        _ connection: AMQPConnection
    ) async -> Result<Double?, AMQPError> {
        await withTaskGroup(of: Result<Double?, AMQPError>.self) { group in
            group.addTask {
                do throws(AMQPError) {
                    return .success(try await median(publisher, queue))
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                while connection.blockedReason == nil, !Task.isCancelled {
                    try? await Task.sleep(for: .milliseconds(20))
                }
                return .success(nil)
            }
            let first = await group.next()
            group.cancelAll()
            return first ?? .success(nil)
        }
    }

    private static func median(_ publisher: Publisher, _ queue: String) async throws(AMQPError) -> Double {
        var latencies: [Double] = []
        for _ in 0..<publishes {
            let start = ContinuousClock.now
            switch try await publisher.publish("warren status", routingKey: queue) {
            case .confirmed: latencies.append(start.duration(to: .now).seconds)
            case .returned(let reason): throw AMQPError(.notRouted, reason.message, remedy: reason.remedy)
            case .nacked: throw AMQPError(.notRouted, "the broker refused a message, by basic.nack")
            case .unknown(let error): throw error
            }
        }
        return latencies.sorted()[publishes / 2]
    }
}

extension AMQPError {
    /// Whether a broker answered, and said no.
    fileprivate var isRefusal: Bool {
        code == .authenticationFailed || code == .virtualHostRefused || reply != nil
    }
}
