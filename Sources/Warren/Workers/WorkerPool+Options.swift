extension WorkerPool {
    public struct Options: Sendable {
        /// Handlers that run at once, 1 to 65535; the broker hands over as many tasks and no more.
        public var concurrency = 1
        /// How long running handlers may take once the pool drains. What is not done then is given back.
        public var drainTimeout = Duration.seconds(30)
        /// Stop after this many tasks, whatever their outcome.
        public var limit: Int?
        /// Stop when the queue has no task left and none is running. With several independent brokers each of them has to
        /// be there and say so.
        public var untilEmpty = false
        /// What happens to a task whose handler throws.
        public var onFailure = FailurePolicy.reject
        /// With several independent brokers: how long a task may wait here because all handlers are busy, before it is
        /// given back for other consumers of its queue. It stays if there are none, or if it was delivered before; and the
        /// broker that it came from is asked for nothing until a handler is free. `nil` gives nothing back.
        public var giveBackAfter: Duration? = .seconds(1)
        /// Where handlers run.
        public var execution = Execution.globalPool

        public init(concurrency: Int = 1) {
            self.concurrency = concurrency
        }
    }

    public enum FailurePolicy: Sendable {
        /// To the queue's dead-letter exchange; dropped if it has none.
        case reject
        /// Back to the queue, to be tried again at once.
        case requeue
    }

    public enum Execution: Sendable {
        /// On Swift's threads: right for handlers that compute or block.
        case globalPool
        /// On the connection's event loop: cheapest, for handlers that never block.
        case eventLoop
    }

    /// What a pool reports while it runs.
    public enum Event: Sendable {
        /// Connected, declared, consuming.
        case ready(QueueInfo)
        case started(Delivery)
        case finished(Delivery, TaskOutcome, took: Duration)
        /// What is running was lost with its channel and is cancelled; the work goes on once that is restored.
        case interrupted(AMQPError)
        /// Work is taken from another node of the cluster now: from the one that it was taken from before that was lost, or
        /// because the present one was removed. What had begun goes on.
        case moved(to: BrokerAddress)
        /// One of several independent brokers is there, or there again.
        case brokerReady(BrokerAddress)
        /// One of several independent brokers is not there, or not any more. It is tried again, and the others go on.
        case brokerLost(BrokerAddress, AMQPError)
        /// No new tasks; this many still run.
        case draining(running: Int)
    }

    /// How a task ended here.
    public enum TaskOutcome: Sendable {
        /// Acknowledged.
        case done
        /// The handler threw.
        case failed(any Error)
        /// Not finished, and given back to the queue.
        case givenBack(any Error)
        /// Done, but the broker had taken the task back before it heard of it: it will be done again.
        case leaseLost(AMQPError)
    }

    /// What a pool did, from start to end.
    public struct Summary: Sendable, Equatable {
        public var done = 0
        public var failed = 0
        /// Unfinished or never started, and back in the queue.
        public var givenBack = 0
        public var leaseLost = 0
        /// Handlers that were still running when the pool ended; their tasks are back in the queue.
        public var abandoned = 0

        public init() {}
    }
}
