internal import Logging
internal import NIOConcurrencyHelpers

/// Where a delivery becomes a task: runs the handler, settles with the right verb, and counts.
final class TaskDesk: Sendable {
    private struct State {
        var isOpen = true
        var taken = 0
        var running = 0
        var summary = WorkerPool.Summary()
    }

    private let queue: QueueName
    private let options: WorkerPool.Options
    private let logger: Logger
    private let onEvent: @Sendable (WorkerPool.Event) -> Void
    private let handler: WorkerPool.Handler
    let stop: StopSignal
    private let state = NIOLockedValueBox(State())

    init(
        queue: QueueName,
        options: WorkerPool.Options,
        logger: Logger,
        onEvent: @escaping @Sendable (WorkerPool.Event) -> Void,
        handler: @escaping WorkerPool.Handler,
        stop: StopSignal
    ) {
        self.queue = queue
        self.options = options
        self.logger = logger
        self.onEvent = onEvent
        self.handler = handler
        self.stop = stop
    }

    var running: Int { state.withLockedValue { $0.running } }
    /// Tasks begun so far.
    var taken: Int { state.withLockedValue { $0.taken } }

    /// What is still running counts as abandoned.
    var summary: WorkerPool.Summary {
        state.withLockedValue { state in
            var summary = state.summary
            summary.abandoned = state.running
            return summary
        }
    }

    /// Nothing is begun from now on.
    func close() {
        state.withLockedValue { $0.isOpen = false }
    }

    /// Runs one task from beginning to end.
    func work(on delivery: Delivery) async {
        guard admit() else { return giveBack(delivery) }
        onEvent(.started(delivery))
        let start = ContinuousClock.now
        let context = TaskContext(
            queue: queue, messageID: delivery.properties.messageID, redelivered: delivery.redelivered,
            headers: delivery.properties.headers ?? [:], logger: logger(for: delivery))
        let outcome: WorkerPool.TaskOutcome
        do {
            try await handler(delivery, context)
            outcome = settle { () throws(AMQPError) in try delivery.ack() }
        } catch {
            outcome = fail(delivery, error, context.logger)
        }
        finish(outcome)
        onEvent(.finished(delivery, outcome, took: start.duration(to: .now)))
    }

    /// Back to the queue, not begun.
    func giveBack(_ delivery: Delivery) {
        try? delivery.nack()
        state.withLockedValue { $0.summary.givenBack += 1 }
    }

    private func admit() -> Bool {
        state.withLockedValue { state in
            guard state.isOpen else { return false }
            if let limit = options.limit, state.taken >= limit { return false }
            state.taken += 1
            state.running += 1
            return true
        }
    }

    /// A handler that ended because it was told to has not failed.
    private func fail(_ delivery: Delivery, _ error: any Error, _ logger: Logger) -> WorkerPool.TaskOutcome {
        if error is TryAgainLater || (error is CancellationError && Task.isCancelled) {
            try? delivery.nack()
            return .givenBack(error)
        }
        logger.debug("task failed", metadata: [LogKey.error: "\(error)"])
        try? delivery.reject(requeue: options.onFailure == .requeue)
        return .failed(error)
    }

    private func settle(_ settle: () throws(AMQPError) -> Void) -> WorkerPool.TaskOutcome {
        do throws(AMQPError) {
            try settle()
            return .done
        } catch {
            return .leaseLost(error)
        }
    }

    private func finish(_ outcome: WorkerPool.TaskOutcome) {
        let isLast = state.withLockedValue { state in
            state.running -= 1
            switch outcome {
            case .done: state.summary.done += 1
            case .failed: state.summary.failed += 1
            case .givenBack: state.summary.givenBack += 1
            case .leaseLost: state.summary.leaseLost += 1
            }
            guard let limit = options.limit else { return false }
            return state.taken >= limit && state.running == 0
        }
        if isLast { stop.send(.drain) }
    }

    private func logger(for delivery: Delivery) -> Logger {
        guard let messageID = delivery.properties.messageID else { return logger }
        var logger = logger
        logger[metadataKey: LogKey.messageID] = "\(messageID)"
        return logger
    }
}
