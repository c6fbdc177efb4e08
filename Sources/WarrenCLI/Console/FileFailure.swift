#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Why a file could not be read or written, in words.
enum FileFailure {
    static func cause(of error: any Error) -> String {
        guard let error = error as? CocoaError else { return "\(error)" }
        return switch error.code {
        case .fileReadNoSuchFile, .fileNoSuchFile: "there is no such file or folder"
        case .fileReadNoPermission, .fileWriteNoPermission: "permission denied"
        default: (error.underlying as? POSIXError).map { "\($0.code)" } ?? "it is not a readable file"
        }
    }
}
