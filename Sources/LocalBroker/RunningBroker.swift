internal import Subprocess
internal import SystemPackage

/// A private broker while it runs: its nodes can be killed and started again.
public struct RunningBroker: Sendable {
    public let broker: LocalBroker
    let events: SupervisorEvents
    let send: @Sendable (String) async throws -> Void

    public var url: String { broker.url }
    public var urls: [String] { broker.urls }

    /// Kills a node with SIGKILL and waits until it is gone.
    ///
    /// - Parameter node: From 1.
    public func killNode(_ node: Int) async throws {
        try await send("kill \(node)")
        try await events.expect("down \(node)")
    }

    /// Stops a node where it is (SIGSTOP): its connections stay, and nothing answers.
    public func pauseNode(_ node: Int) async throws {
        try await send("pause \(node)")
        try await events.expect("paused \(node)")
    }

    /// Lets a paused node go on.
    public func resumeNode(_ node: Int) async throws {
        try await send("resume \(node)")
        try await events.expect("resumed \(node)")
    }

    /// Starts a killed node on its old data and ports, and waits until it is ready.
    public func startNode(_ node: Int) async throws {
        try await send("start \(node)")
        try await events.expect("up \(node)")
    }

    /// Runs `rabbitmqctl`, or another of RabbitMQ's tools, against a node.
    ///
    /// - Returns: Its standard output.
    /// - Throws: ``LocalBrokerError`` with what it said, if it fails.
    @discardableResult
    public func control(_ arguments: String..., node: Int = 1, tool: String = "rabbitmqctl") async throws -> String {
        let result = try await Subprocess.run(
            .path(FilePath(broker.rabbitmqctl)), arguments: Arguments(arguments),
            environment: .inherit.updating(["NODE": "warren\(node)@localhost", "TOOL": tool]),
            output: .string(limit: 1 << 20), error: .combinedWithOutput)
        guard result.terminationStatus.isSuccess else {
            throw LocalBrokerError("\(tool) \(arguments.joined(separator: " ")) failed: \(result.standardOutput)")
        }
        return result.standardOutput
    }
}
