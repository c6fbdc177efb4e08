internal import AMQPClient
internal import Logging

/// One broker, looked at step by step, each of which is told as soon as it is known.
struct Examination: Sendable {
    let address: BrokerAddress
    /// For each step that waits.
    let timeout: Duration
    let queues: [WantedQueue]
    let console: Console
    let logger: Logger
    private(set) var tally = Tally()

    init(address: BrokerAddress, timeout: Duration, queues: [WantedQueue], console: Console, logger: Logger) {
        self.address = address
        self.timeout = timeout
        self.queues = queues
        self.console = console
        self.logger = logger
    }

    /// Goes as far as it can: what is behind a step that failed cannot be seen.
    mutating func run() async {
        examineAddress()
        guard let found = await examineName() else { return }
        examineExposure(found)
        guard let reached = await examineTCP(found) else { return }
        if address.tls != nil {
            guard await examineTLS(reached) else { return }
        }
        guard let connection = await examineLogin(reached) else { return }
        await examineServer(connection)
        await examineRoundTrip(connection)
        await examinePermissions(connection)
        for queue in queues { await examineQueue(queue, connection) }
        await connection.close(timeout: .seconds(2))
    }

    mutating func say(_ subject: Check.Subject, _ status: Check.Status, _ detail: String, remedy: String? = nil) {
        tally.count(status)
        // What is asked for with --quiet is what is wrong.
        if console.quiet, status == .ok { return }
        let host = address.host.contains(":") ? "[\(address.host)]" : address.host
        let check = Check(
            broker: "\(host):\(address.port)", check: subject, status: status, detail: detail, remedy: remedy)
        console.result(check, text: check.text)
    }

    mutating func say(_ subject: Check.Subject, _ error: AMQPError, as status: Check.Status = .failed) {
        say(subject, status, error.message, remedy: error.remedy)
    }

    /// What the broker's tools show; no recovery, because it is the failure that is of interest.
    func options(_ name: String = "warren doctor") -> AMQPConnection.Options {
        var options = AMQPConnection.Options(connectionName: name)
        options.connectTimeout = timeout
        options.rpcTimeout = timeout
        options.publishTimeout = timeout
        options.recovery = .disabled
        return options
    }
}
