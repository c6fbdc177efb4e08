internal import Logging

/// Log entries on standard error, a line each.
struct StandardErrorLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level
    private let label: String

    init(label: String, level: Logger.Level) {
        self.label = label
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let pairs = all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        Console.standardError("\(event.level) \(label): \(event.message)\(pairs)")
    }
}

extension OutputOptions {
    var logger: Logger {
        let level: Logger.Level =
            switch verbose {
            case 0: .warning
            case 1: .debug
            default: .trace
            }
        return Logger(label: "warren", factory: { StandardErrorLogHandler(label: $0, level: level) })
    }
}
