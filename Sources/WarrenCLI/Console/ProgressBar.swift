internal import NIOConcurrencyHelpers

/// How far a long piece of work is: a bar on a terminal, nothing in a pipe.
final class ProgressBar: Sendable {
    private struct State {
        var done = 0
        var drawn = ContinuousClock.now
        var isVisible = false
    }

    private let label: String
    /// `nil` if it is not known.
    private let total: Int?
    private let isEnabled: Bool
    private let start = ContinuousClock.now
    private let state = NIOLockedValueBox(State())

    init(_ label: String, total: Int?, console: Console) {
        self.label = label
        self.total = total
        isEnabled = !console.quiet && !console.json && Console.standardErrorIsTerminal
    }

    func advance(by count: Int = 1) {
        guard isEnabled else { return }
        let done: Int? = state.withLockedValue { state in
            state.done += count
            // Reading the clock for each of a million messages would show.
            guard state.done & 0x3F == 0 || total.map({ $0 < 200 }) == true else { return nil }
            let now = ContinuousClock.now
            guard state.drawn.duration(to: now) > .milliseconds(100) else { return nil }
            state.drawn = now
            state.isVisible = true
            return state.done
        }
        if let done { draw(done) }
    }

    /// Removes the bar: what follows is the result.
    func finish() {
        let isVisible = state.withLockedValue { state in
            defer { state.isVisible = false }
            return state.isVisible
        }
        if isVisible { Console.standardError(raw: "\r\u{1B}[K") }
    }

    private func draw(_ done: Int) {
        let elapsed = start.duration(to: .now).seconds
        let rate = elapsed > 0 ? Int(Double(done) / elapsed) : 0
        var text = "\(label) \(done)"
        if let total, total > 0 {
            let filled = min(30, done * 30 / total)
            text =
                "\(label) [\(String(repeating: "=", count: filled))\(String(repeating: " ", count: 30 - filled))] "
                + "\(done)/\(total)"
        }
        Console.standardError(raw: "\r\u{1B}[K\(text)  \(rate)/s")
    }
}

extension Duration {
    var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
