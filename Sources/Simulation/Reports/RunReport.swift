/// What came out of one run, in the scenario's unit of time.
public struct RunReport: Hashable, Sendable {
    /// Tasks that came.
    public var tasks: Int
    /// Tasks that the client got no answer for: their node was gone, or they took too long, and no retries were left.
    public var lost: Int
    /// Times that a task was done once more, because an answer was lost or late.
    public var duplicated: Int

    /// From the arrival of a task until the client has the answer.
    public var meanResponse: Double
    public var p50: Double
    public var p99: Double
    public var p999: Double
    public var largestResponse: Double
    /// The part of the tasks that were answered within the scenario's limit; `nil` if it has none.
    public var success: Double?
    /// How long tasks waited in the line of their node.
    public var meanWait: Double

    /// The document's T, the sum over nodes i and tasks j of t_ij: the time that the nodes spent on tasks.
    public var totalWork: Double
    /// From the beginning until the last task was done.
    public var makespan: Double
    /// How well the work was spread: 1 if all nodes had worked all the time, (T / n) / makespan. For nodes that work on
    /// several tasks at a time, n is the number of those. `nil` if a node has no limit to it.
    public var efficiency: Double?
    public var nodes: [NodeReport]
    /// At place k: how large a part of the time a node had k tasks or more, over all nodes.
    public var occupancy: [Double]

    /// Jain's index of the time that nodes were busy: 1 if all were equally long, 1/n if only one was.
    public var fairness: Double { jainIndex(nodes.map(\.utilisation)) }
}

public struct NodeReport: Hashable, Sendable {
    /// Tasks that it finished.
    public var tasks: Int
    /// Its part of all tasks that were finished.
    public var share: Double
    /// The part of the time that it was busy; for a node that works on several tasks at once, the mean over its slots,
    /// and for one without a limit, the mean number of tasks in service.
    public var utilisation: Double
}

/// Jain's fairness index (sum x)^2 / (n * sum x^2), 1 if all are 0.
func jainIndex(_ values: [Double]) -> Double {
    let sum = values.reduce(0, +)
    let squares = values.reduce(0) { $0 + $1 * $1 }
    return squares > 0 ? sum * sum / (Double(values.count) * squares) : 1
}
