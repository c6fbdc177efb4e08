internal import LoadBalancing

/// The moments at which tasks come, one after the other.
struct ArrivalProcess {
    private let arrivals: Arrivals
    /// Tasks per unit of time.
    private let rate: Double
    private var remaining: Int
    private var count = 0
    private var clock = 0.0
    private let exponential = ExponentialTable.shared

    init(_ arrivals: Arrivals, rate: Double, tasks: Int) {
        self.arrivals = arrivals
        self.rate = rate
        remaining = tasks
        if case .trace(let trace) = arrivals { remaining = min(tasks, trace.tasks.count) }
    }

    /// - Returns: `nil` after the last task.
    mutating func next(using generator: inout Generator) -> TracedTask? {
        guard remaining > 0 else { return nil }
        remaining &-= 1
        defer { count &+= 1 }
        switch arrivals {
        case .poisson:
            clock += exponential.draw(using: &generator) / rate
        case .regular:
            clock += 1 / rate
        case .batches(let size):
            if count % max(size, 1) == 0 { clock += exponential.draw(using: &generator) * Double(size) / rate }
        case .bursts(let on, let off):
            // The clock runs only while tasks come.
            clock += exponential.draw(using: &generator) / rate * on / (on + off)
            return TracedTask(arrivesAt: clock + (clock / on).rounded(.down) * off)
        case .atOnce:
            break
        case .trace(let trace):
            return trace.tasks[count]
        }
        return TracedTask(arrivesAt: clock)
    }
}
