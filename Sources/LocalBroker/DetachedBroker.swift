internal import Subprocess
internal import SystemPackage

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// The one private broker of this user that outlives the process that started it: `warren broker up`.
public enum DetachedBroker {
    public struct Status: Sendable, Codable {
        public var urls: [String]
        /// None if the broker was started without its management API.
        public var managementURLs: [String]
        public var rabbitmqctl: String
    }

    /// Starts it.
    ///
    /// - Throws: ``LocalBrokerError`` if it does not start, or one is running already.
    public static func start(nodes: Int, management: Bool = false) async throws -> Status {
        if let running = status() {
            throw LocalBrokerError(
                "a local broker is running already at \(running.urls.joined(separator: ", ")); stop it with: "
                    + "warren broker down")
        }
        try? FileManager.default.removeItem(atPath: directory)
        let (broker, arguments) = try LocalBroker.prepare(
            nodes: nodes, configuration: [], plugins: [], management: management, directory: directory)
        var supervisor = arguments
        supervisor.insert("--detach", at: 1)
        let result = try await Subprocess.run(
            .path("/bin/sh"), arguments: Arguments(supervisor), output: .string(limit: 65536), error: .discarded)
        guard result.standardOutput.hasPrefix("ready") else {
            throw LocalBrokerError("the local broker \(result.standardOutput.trimmingPrefix { $0.isWhitespace })")
        }
        let status = Status(
            urls: broker.urls, managementURLs: broker.managementURLs, rabbitmqctl: broker.rabbitmqctl)
        try JSONEncoder().encode(status).write(to: URL(filePath: directory + "/status.json"))
        return status
    }

    /// The running one, or `nil`.
    public static func status() -> Status? {
        guard supervisor() != nil, let data = try? Data(contentsOf: URL(filePath: directory + "/status.json")) else {
            return nil
        }
        return try? JSONDecoder().decode(Status.self, from: data)
    }

    /// Stops it and waits until it is gone.
    ///
    /// - Returns: Whether there was one.
    public static func stop() async throws -> Bool {
        guard let supervisor = supervisor() else { return false }
        kill(supervisor, SIGTERM)
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(20)
        // It is no child of ours, so there is nothing to wait for but its being gone.
        while kill(supervisor, 0) == 0 {
            guard clock.now < deadline else {
                throw LocalBrokerError("the local broker does not stop; its supervisor is process \(supervisor)")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        return true
    }

    private static var directory: String {
        FileManager.default.temporaryDirectory.appending(path: "warren-broker-\(getuid())").path(percentEncoded: false)
    }

    private static func supervisor() -> pid_t? {
        guard let text = try? String(contentsOf: URL(filePath: directory + "/supervisor.pid"), encoding: .utf8),
            let process = pid_t(text.filter(\.isNumber)), process > 0, kill(process, 0) == 0
        else { return nil }
        return process
    }
}
