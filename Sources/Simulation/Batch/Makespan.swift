public import LoadBalancing

/// How long a batch of tasks takes until the last one is done, when all are there from the beginning.
///
/// No order beats `T / n` (the total work, shared evenly), nor the longest task. A queue with a prefetch of P takes at
/// most `T / n + (1 - 1/n) * P * longest`; with a prefetch of 1 that is at most `2 - 1/n` times the best possible, and
/// with the longest tasks first it is `4/3 - 1/(3n)` times (Graham).
public enum Makespan {
    /// Each task is given to a worker beforehand, whatever the worker is doing: push.
    ///
    /// - Parameter durations: In any unit of time, in the order of the queue; those below 0 count as 0.
    /// - Returns: In the same unit.
    public static func push(_ durations: [Double], workers: Int, strategy: some Strategy) -> Double {
        let weights = Array(repeating: 1.0, count: max(1, workers))
        return makespan(durations, workers: workers, dispatcher: WithoutHealth(strategy, weights: weights))
    }

    /// Each worker takes the next task when it is free: pull from one queue.
    ///
    /// - Parameter prefetch: Tasks that a worker holds at a time, with the one that it works on. What it holds, no
    ///   other worker gets.
    public static func pull(_ durations: [Double], workers: Int, prefetch: Int = 1) -> Double {
        let credits = Array(repeating: max(1, prefetch), count: max(1, workers))
        return makespan(durations, workers: workers, dispatcher: SharedQueue(credits: credits))
    }

    private static func makespan(_ durations: [Double], workers: Int, dispatcher: some Dispatcher) -> Double {
        var scenario = Scenario()
        scenario.nodes = Array(repeating: SimulatedNode(), count: max(1, workers))
        scenario.arrivals = .trace(Trace(durations.map { TracedTask(arrivesAt: 0, work: max(0, $0)) }))
        scenario.tasks = durations.count
        var engine = Engine(scenario, seed: 0, dispatcher: dispatcher)
        while engine.advance(events: .max) {}
        return engine.report().makespan
    }
}
