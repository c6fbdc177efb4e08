internal import Logging
internal import NIOConcurrencyHelpers

/// Where a delivery becomes a task: runs the handler, settles with the right verb, and counts.
final class TaskDesk: Sendable {
    private struct State {
        var isOpen = true
        /// Not begun, and kept until the consumer has ended: given back at once they would come back at once.
        var refused: [Delivery] = []
        var taken = 0
        /// Deliveries that came here, begun or not.
        var seen = 0
        var running = 0
        /// Places for deliveries that are on their way from ``waitForRoom()`` to ``work(on:)``.
        var reserved = 0
        var waitingForRoom: [CheckedContinuation<Void, Never>] = []
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
    /// Deliveries that came here so far, begun or not.
    var seen: Int { state.withLockedValue { $0.seen } }

    /// What is still running counts as abandoned.
    var summary: WorkerPool.Summary {
        state.withLockedValue { state in
            var summary = state.summary
            summary.abandoned = state.running
            return summary
        }
    }

    /// Less than the pool's concurrency run.
    var hasRoom: Bool { state.withLockedValue { hasRoom($0) } }

    /// Nothing is begun from now on.
    func close() {
        state.withLockedValue { $0.isOpen = false }
        wakeAllWhoWaitForRoom()
    }

    /// Waits until less than the pool's concurrency run, and reserves a place for the next ``work(on:)``: handlers of
    /// tasks that were lost may not have ended yet.
    func waitForRoom() async {
        guard !state.withLockedValue(reserve) else { return }
        await withCheckedContinuation { continuation in
            let isReserved = state.withLockedValue { state in
                if reserve(&state) { return true }
                state.waitingForRoom.append(continuation)
                return false
            }
            if isReserved { continuation.resume() }
        }
    }

    private func reserve(_ state: inout State) -> Bool {
        guard hasRoom(state) || Task.isCancelled else { return false }
        state.reserved += 1
        return true
    }

    /// Whoever is refused at the desk anyway needs none.
    private func hasRoom(_ state: State) -> Bool {
        state.running + state.reserved < options.concurrency || !state.isOpen
    }

    /// To be called after their cancellation.
    func wakeAllWhoWaitForRoom() {
        let waiting = state.withLockedValue { state in
            defer { state.waitingForRoom = [] }
            state.reserved += state.waitingForRoom.count
            return state.waitingForRoom
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Runs one task from beginning to end, in the place that ``waitForRoom()`` reserved.
    func work(on delivery: Delivery) async {
        guard admit(delivery) else { return }
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

    /// Gives back what was not begun, `more` included.
    func giveBackRefused(and more: [Delivery]) {
        let refused = state.withLockedValue { state in
            defer { state.refused = [] }
            return state.refused + more
        }
        giveBack(refused)
    }

    /// Returns a place that ``waitForRoom()`` reserved: the delivery that it was for is nobody's here any more.
    func giveUpRoom() {
        let waiting = state.withLockedValue { state in
            state.seen += 1
            state.reserved -= 1
            return passOnRoom(&state)
        }
        waiting?.resume()
    }

    /// Gives back what waited here for too long.
    ///
    /// - Returns: How many of them were still ours to give.
    @discardableResult
    func giveBack(_ late: [Delivery]) -> Int {
        let givenBack = late.count { (try? $0.nack()) != nil }
        state.withLockedValue { $0.summary.givenBack += givenBack }
        return givenBack
    }

    private func admit(_ delivery: Delivery) -> Bool {
        let (isAdmitted, isLast, next) = state.withLockedValue { state in
            state.seen += 1
            state.reserved -= 1
            guard state.isOpen, !Task.isCancelled, state.taken < options.limit ?? .max else {
                // Lost with its channel, it is nobody's here any more.
                if delivery.isLeased { state.refused.append(delivery) }
                return (false, false, passOnRoom(&state))
            }
            state.taken += 1
            state.running += 1
            return (true, state.taken == options.limit, nil)
        }
        if isLast { stop.send(.enough) }
        next?.resume()
        return isAdmitted
    }

    /// A handler that ended because it was told to has not failed.
    private func fail(_ delivery: Delivery, _ error: any Error, _ logger: Logger) -> WorkerPool.TaskOutcome {
        guard delivery.isLeased else { return settle { () throws(AMQPError) in try delivery.nack() } }
        if error is TryAgainLater || Task.isCancelled {
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
        let waiting = state.withLockedValue { state in
            state.running -= 1
            switch outcome {
            case .done: state.summary.done += 1
            case .failed: state.summary.failed += 1
            case .givenBack: state.summary.givenBack += 1
            case .leaseLost: state.summary.leaseLost += 1
            }
            return passOnRoom(&state)
        }
        waiting?.resume()
    }

    /// - Returns: Who waited for the room that there is now.
    private func passOnRoom(_ state: inout State) -> CheckedContinuation<Void, Never>? {
        guard hasRoom(state), !state.waitingForRoom.isEmpty else { return nil }
        state.reserved += 1
        // Few, one for each lane at most; whoever came first waits no longer than the others.
        return state.waitingForRoom.removeFirst()
    }

    private func logger(for delivery: Delivery) -> Logger {
        guard let messageID = delivery.properties.messageID else { return logger }
        var logger = logger
        logger[metadataKey: LogKey.messageID] = "\(messageID)"
        return logger
    }
}
