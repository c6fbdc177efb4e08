/// Where a worker takes its tasks from.
protocol TaskSources: Sendable {
    /// Returns as soon as work can begin.
    func open() async throws(AMQPError)
    /// Those that are there, or still have handlers.
    var all: [TaskSource] { get }
    /// Those whose queues have to be empty for the work to be over; `nil` if one of them cannot be asked.
    var present: [TaskSource]? { get }
    /// Whether nothing has come that did not get to the desk.
    ///
    /// - Parameter seen: How many got there, at a time when nothing was under way.
    func hasNothing(seen: Int) -> Bool
    /// Whether an error of one source is the end of the work.
    func isFatal(_ error: AMQPError) -> Bool
    /// Nothing new is opened from now on.
    func stopOpening() async
}

extension TaskSources {
    /// Ends the consumers; what has come and is not begun is given back.
    func cancelConsumers() async {
        await stopOpening()
        await withDiscardingTaskGroup { group in
            for source in all { group.addTask { await source.cancelConsumers() } }
        }
    }

    func cancelHandlers() {
        for source in all { source.cancelHandlers() }
    }

    func handlersEnded() async {
        for source in all { await source.handlersEnded() }
    }

    func close() async {
        await stopOpening()
        await withDiscardingTaskGroup { group in
            for source in all { group.addTask { await source.close() } }
        }
    }

    /// Asks the brokers for what is ready.
    ///
    /// Twice in a row, because a task that was just handed to a consumer here counts as ready no more and may still be on
    /// its way: the second question cannot overtake it. What has arrived and is not begun counts as well.
    func areEmpty(_ desk: TaskDesk, _ queue: QueueName) async throws(AMQPError) -> Bool {
        let seen = desk.seen
        guard let present else { return false }
        for source in present {
            for _ in 0..<2 {
                let info = try await source.channel.declareQueue(queue.name, passive: true)
                guard info.messageCount == 0 else { return false }
            }
        }
        return hasNothing(seen: seen) && desk.seen == seen && desk.running == 0
    }
}
