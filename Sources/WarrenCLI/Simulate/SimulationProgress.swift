internal import NIOConcurrencyHelpers
internal import Simulation

/// Counts the tasks of all runs on a progress bar.
final class SimulationProgress: Sendable {
    private let bar: ProgressBar
    private let total: Int
    private let shown = NIOLockedValueBox(0)

    init(_ comparison: Comparison, console: Console) {
        let runs = comparison.contenders.count * max(1, comparison.scenario.seeds)
        let (total, overflow) = comparison.scenario.tasks.multipliedReportingOverflow(by: runs)
        self.total = overflow ? .max : total
        bar = ProgressBar("simulating", total: self.total, console: console)
    }

    func show(_ progress: Comparison.Progress) {
        // The bar looks at the clock whenever its count is a multiple of 64.
        let done = Int(min(max(progress.fraction, 0), 1) * Double(total / 2)) * 2 & ~0x3F
        let more = shown.withLockedValue { shown in
            defer { shown = max(shown, done) }
            return done - shown
        }
        if more > 0 { bar.advance(by: more) }
    }

    func finish() { bar.finish() }
}
