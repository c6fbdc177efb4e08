/// Which tasks at the beginning are not measured, because the nodes were all idle when it began.
public enum WarmUp: Hashable, Sendable {
    /// A tenth of the tasks, or none if there are faults, a trace or a batch, of which the beginning is a part.
    case automatic
    /// A part of the tasks, from 0 to 1.
    case part(Double)

    /// Below so many tasks per node, a tenth may be too little at a high load: a single queue with load 0.9 fills up
    /// so slowly that a mean of 1000 tasks per node comes out 5 % too small.
    public static let sufficientTasksPerNode = 10_000
}

extension Scenario {
    /// Tasks that come before measuring begins.
    var tasksBeforeMeasuring: Int {
        switch warmUp {
        case .part(let part): part >= 0 && part <= 1 ? Int(Double(tasks) * part) : 0
        case .automatic: isTransient ? 0 : tasks / 10
        }
    }

    /// Whether the beginning and the end belong to what it shows.
    private var isTransient: Bool {
        switch arrivals {
        case .atOnce, .trace: true
        case .poisson, .regular, .batches, .bursts: !faults.isEmpty
        }
    }
}
