import Foundation
import Subprocess
import SystemPackage

/// Certificates that are made when the first test needs them, by `openssl`, and deleted with the process.
enum Certificates {
    private static var directory: String {
        FileManager.default.temporaryDirectory.appending(path: "warren-certificates-\(getpid())")
            .path(percentEncoded: false)
    }

    private static let making = Task {
        atexit { try? FileManager.default.removeItem(atPath: Certificates.directory) }
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "make-certificates")
        let result = try await Subprocess.run(
            .path("/bin/sh"), arguments: [script.path(percentEncoded: false), directory], output: .discarded,
            error: .string(limit: 1 << 16))
        guard result.terminationStatus.isSuccess else { throw Failure(description: result.standardError) }
        return directory
    }

    struct Failure: Error, CustomStringConvertible { var description: String }

    /// The path of one of them.
    static func path(_ name: String) async throws -> String { try await making.value + "/" + name }
}
