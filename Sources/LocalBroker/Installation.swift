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
    /// The folder of the scripts, as seen from inside ``root``.
    public let scripts: String
    /// A system of its own, as `debootstrap` makes it, that they run in by `chroot`; `nil` is this one. It needs root,
    /// and Linux.
    public let root: String?

    /// Looks in the system that `RABBITMQ_ROOT` names, in `RABBITMQ_HOME`, and where Debian, Homebrew and the generic
    /// archive put them.
    ///
    /// - Throws: ``LocalBrokerError`` if there is none, with the remedy.
    public static func find() throws(LocalBrokerError) -> RabbitMQInstallation {
        let files = FileManager.default
        let environment = ProcessInfo.processInfo.environment
        let root = environment["RABBITMQ_ROOT"].flatMap { $0.isEmpty ? nil : $0 }
        let prefix = root ?? ""
        var candidates: [String] = []
        if let home = environment["RABBITMQ_HOME"] { candidates.append(home + "/sbin") }
        let debian = "/usr/lib/rabbitmq/lib"
        for version in ((try? files.contentsOfDirectory(atPath: prefix + debian)) ?? []).sorted().reversed() {
            candidates.append("\(debian)/\(version)/sbin")
        }
        candidates += [
            "/opt/homebrew/opt/rabbitmq/sbin", "/usr/local/opt/rabbitmq/sbin", "/opt/rabbitmq/sbin",
            "/home/linuxbrew/.linuxbrew/opt/rabbitmq/sbin",
        ]
        guard let scripts = candidates.first(where: { files.fileExists(atPath: prefix + $0 + "/rabbitmq-env") }) else {
            let place = root.map { "in \($0)" } ?? "here"
            throw LocalBrokerError(
                "RabbitMQ is not installed \(place). Install it with: apt-get install rabbitmq-server (macOS: brew install "
                    + "rabbitmq), or set RABBITMQ_HOME")
        }
        return RabbitMQInstallation(scripts: scripts, root: root)
    }

    /// What stands in front of a script's path to run it in its system.
    ///
    /// The mounts are in a namespace of their own and leave nothing behind. The nodes' directory has the same path inside
    /// and outside because it is below the temporary directory.
    var entry: String {
        guard let root else { return "exec" }
        let temporary = FileManager.default.temporaryDirectory.path(percentEncoded: false)
        return """
            exec unshare --mount /bin/sh -c 'mkdir -p "$0$1" && mount --bind "$1" "$0$1" && \
              mount -t proc proc "$0/proc" && root=$0 && shift && exec chroot "$root" "$@"' '\(root)' '\(temporary)'
            """
    }
}
