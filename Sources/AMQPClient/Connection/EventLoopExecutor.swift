internal import NIOCore

/// Runs Swift concurrency on one event loop: the connection's actor, and tasks that prefer it.
///
/// A consumer or publisher that runs here shares the thread with the socket: no delivery crosses a thread, and all acks
/// of one turn of the loop leave in one write. On two cores that took consume + ack from 57 to 4.5 µs.
final class EventLoopExecutor: TaskExecutor, SerialExecutor {
    let eventLoop: any EventLoop

    init(_ eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        eventLoop.execute {
            job.runSynchronously(
                isolatedTo: self.asUnownedSerialExecutor(), taskExecutor: self.asUnownedTaskExecutor())
        }
    }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        UnownedSerialExecutor(complexEquality: self)
    }

    func isSameExclusiveExecutionContext(other: EventLoopExecutor) -> Bool {
        eventLoop === other.eventLoop
    }

    func isIsolatingCurrentContext() -> Bool? {
        eventLoop.inEventLoop
    }

    func checkIsolated() {
        eventLoop.preconditionInEventLoop()
    }
}
