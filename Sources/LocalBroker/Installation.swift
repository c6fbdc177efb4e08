#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Where RabbitMQ's own start scripts are.
///
/// Not `/usr/sbin/rabbitmq-server`: Debian's insists on a user of its own, and on root to become it. The scripts beneath
/// do not.
public struct RabbitMQInstallation: Sendable {
    public let scripts: String

    /// Looks in `RABBITMQ_HOME`, and where Debian, Homebrew and the generic archive put them.
    ///
    /// - Throws: ``LocalBrokerError`` if there is none, with the remedy.
    public static func find() throws(LocalBrokerError) -> RabbitMQInstallation {
        let files = FileManager.default
        var candidates: [String] = []
        if let home = ProcessInfo.processInfo.environment["RABBITMQ_HOME"] { candidates.append(home + "/sbin") }
        let debian = "/usr/lib/rabbitmq/lib"
        for version in ((try? files.contentsOfDirectory(atPath: debian)) ?? []).sorted().reversed() {
            candidates.append("\(debian)/\(version)/sbin")
        }
        candidates += [
            "/opt/homebrew/opt/rabbitmq/sbin", "/usr/local/opt/rabbitmq/sbin", "/opt/rabbitmq/sbin",
            "/home/linuxbrew/.linuxbrew/opt/rabbitmq/sbin",
        ]
        guard let scripts = candidates.first(where: { files.fileExists(atPath: $0 + "/rabbitmq-env") }) else {
            throw LocalBrokerError(
                "RabbitMQ is not installed here. Install it with: apt-get install rabbitmq-server (macOS: brew install "
                    + "rabbitmq), or set RABBITMQ_HOME")
        }
        return RabbitMQInstallation(scripts: scripts)
    }
}
