import Foundation
import Synchronization

/// Ends the process when it hangs: a time limit of the tests could not end a loop. Says where it was, as it does for
/// ``lastInput`` all the time: what is there after a crash is what crashed.
final class Watchdog: Sendable {
    private let name: String
    private let number = Atomic(0)
    private let isStopped = Atomic(false)
    private let lastInput: FileHandle?

    private static let patience = 60

    init(_ name: String) {
        self.name = name
        lastInput = ProcessInfo.processInfo.environment["FUZZ_LAST"].flatMap { path in
            _ = FileManager.default.createFile(atPath: path, contents: nil)
            return FileHandle(forWritingAtPath: path)
        }
        Thread { [self] in watch() }.start()
    }

    /// An input begins, or a few that run together.
    func note(_ number: Int) {
        self.number.store(number, ordering: .relaxed)
        guard let lastInput else { return }
        try? lastInput.seek(toOffset: 0)
        try? lastInput.write(contentsOf: Data("\(name) \(number)\n".utf8))
    }

    func stop() { isStopped.store(true, ordering: .relaxed) }

    private func watch() {
        var seen = -1
        var seconds = 0
        while !isStopped.load(ordering: .relaxed) {
            Thread.sleep(forTimeInterval: 1)
            let present = number.load(ordering: .relaxed)
            seconds = present == seen ? seconds + 1 : 0
            seen = present
            if seconds >= Self.patience { fatalError("fuzz \(name): no end of input \(present), or one soon after it") }
        }
    }
}
