public import LoadBalancing

/// How long a batch of tasks takes until the last one is done, when all are there from the beginning.
public enum Makespan {
    /// Each task is given to a worker beforehand, whatever the worker is doing: push.
    ///
    /// - Parameter durations: In any unit of time, in the order of the queue.
    /// - Returns: In the same unit.
    public static func push(_ durations: [Double], workers: Int, strategy: some Strategy) -> Double {
        var strategy = strategy
        var busyUntil = Array(repeating: 0.0, count: max(1, workers))
        let nodes = busyUntil.indices.map(NodeID.init)
        for duration in durations {
            guard let node = strategy.pick(from: nodes) else { continue }
            busyUntil[node.index] += duration
        }
        return busyUntil.max() ?? 0
    }

    /// Each worker takes the next task when it is free: pull from one queue, which is a prefetch of 1.
    public static func pull(_ durations: [Double], workers: Int) -> Double {
        var busyUntil = Array(repeating: 0.0, count: max(1, workers))
        for duration in durations {
            guard let free = busyUntil.indices.min(by: { busyUntil[$0] < busyUntil[$1] }) else { continue }
            busyUntil[free] += duration
        }
        return busyUntil.max() ?? 0
    }
}
