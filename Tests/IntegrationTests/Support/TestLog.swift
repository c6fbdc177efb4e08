import Foundation
import Logging

/// Everything that the tests' connections log, at trace level, in the file that WARREN_TEST_LOG names: Scripts/test looks
/// for the password in it.
enum TestLog {
    static let logger = Logger(label: "tests", factory: { _ in Handler() })

    private static let file: FileHandle? = {
        guard let path = ProcessInfo.processInfo.environment["WARREN_TEST_LOG"] else { return nil }
        guard FileManager.default.createFile(atPath: path, contents: nil) else { return nil }
        return FileHandle(forWritingAtPath: path)
    }()

    static func append(_ text: String) {
        guard let file else { return }
        _ = try? file.seekToEnd()
        try? file.write(contentsOf: Data((text + "\n").utf8))
    }

    private struct Handler: LogHandler {
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            TestLog.append("\(event.level) \(event.message) \(metadata) \(event.metadata ?? [:]) \(event)")
        }
    }
}
