import Foundation

enum Memory {
    /// What this process has in memory; `nil` where there is no /proc.
    static var residentMiB: Double? {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
            let kibibytes = line.split(separator: " ").dropFirst().first.flatMap({ Double($0.filter(\.isNumber)) })
        else { return nil }
        return kibibytes / 1024
    }
}
