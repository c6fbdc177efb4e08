/// How many checks ended how.
struct Tally: Sendable, CustomStringConvertible {
    private(set) var ok = 0
    private(set) var warnings = 0
    private(set) var failed = 0

    mutating func count(_ status: Check.Status) {
        switch status {
        case .ok: ok += 1
        case .warning: warnings += 1
        case .failed: failed += 1
        }
    }

    mutating func add(_ other: Tally) {
        ok += other.ok
        warnings += other.warnings
        failed += other.failed
    }

    var description: String {
        func times(_ count: Int, _ word: String) -> String { "\(count) \(word)" + (count == 1 ? "" : "s") }
        return "\(times(ok + warnings + failed, "check")): \(ok) ok, \(times(warnings, "warning")), \(failed) failed"
    }
}
