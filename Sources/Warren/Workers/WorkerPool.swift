public import Logging
public import ServiceLifecycle

/// Works on the tasks of one queue: any number of handlers over one connection, with fair dispatch and manual acks.
///
/// The broker hands over a task per free handler, so a busy worker holds nothing that an idle one could do. A handler
/// that returns has done its task; one that throws has failed it; when the process dies, every task it held goes to
/// another worker.
///
/// On graceful shutdown the pool drains: it takes no new tasks, lets running handlers finish until
/// ``Options/drainTimeout``, gives back the rest, and returns.
///
/// A lost connection is recovered: handlers are cancelled, for their tasks are on their way to other workers, and work
/// goes on with what is delivered next. The pool throws when the connection ends for good, or the consumer does, as when
/// its queue is deleted: it never just falls silent.
///
/// With several brokers that are ``BrokerTopology/independent`` it takes tasks from all of them. It holds no more than its
/// concurrency and one for each broker but the first: every broker may always hand over one task, and the rest moves to
/// where the work is. A broker that is lost, or was never there, is tried again in the background for as long as another
/// one is there; if its queue is deleted, it is declared again.
public final class WorkerPool: Service {
    public typealias Handler = @Sendable (Delivery, TaskContext) async throws -> Void

    private let brokers: BrokerPool
    private let queue: QueueDeclaration
    private let options: Options
    private let logger: Logger
    private let onEvent: @Sendable (Event) -> Void
    private let handler: Handler
    private let stop = StopSignal()

    /// - Parameters:
    ///   - onEvent: Called on the handler's thread; must not block.
    ///   - handler: The work. The delivery is settled by the pool, not by the handler.
    public init(
        brokers: BrokerPool,
        queue: QueueDeclaration,
        options: Options = .init(),
        logger: Logger = Logger(label: "WorkerPool", factory: { _ in SwiftLogNoOpLogHandler() }),
        onEvent: @escaping @Sendable (Event) -> Void = { _ in },
        handler: @escaping Handler
    ) {
        self.brokers = brokers
        self.queue = queue
        self.options = options
        var logger = logger
        logger[metadataKey: LogKey.queue] = "\(queue.name)"
        self.logger = logger
        self.onEvent = onEvent
        self.handler = handler
    }

    /// Takes no new tasks and ends when the running ones are done, at the latest after ``Options/drainTimeout``.
    public func drain() { stop.send(.drain) }

    /// Cancels the running handlers, gives their tasks back and ends.
    public func stopNow() { stop.send(.now) }

    /// Runs until it is drained or stopped, reaches its limit, or its connection or consumer ends for good.
    public func run() async throws {
        _ = try await work()
    }

    /// As ``run()``, and says what was done.
    ///
    /// - Throws: ``AMQPError``.
    public func work() async throws -> Summary {
        try await withTaskCancellationHandler {
            try await withGracefulShutdownHandler {
                try await connectAndWork()
            } onGracefulShutdown: {
                self.drain()
            }
        } onCancel: {
            stopNow()
        }
    }

    private func connectAndWork() async throws(AMQPError) -> Summary {
        // Whoever waits for urgency is released.
        defer { stop.send(.now) }
        guard (1...65535).contains(options.concurrency) else {
            throw AMQPError(.invalidArgument, "a concurrency of \(options.concurrency) is not from 1 to 65535")
        }
        if let limit = options.limit, limit < 1 {
            throw AMQPError(.invalidArgument, "a limit of \(limit) tasks is not 1 or more")
        }
        let desk = TaskDesk(
            queue: queue.name, options: options, logger: logger, onEvent: onEvent, handler: handler, stop: stop)
        let sources = makeSources(desk)
        do throws(AMQPError) {
            try await sources.open()
            logger.debug("consuming", metadata: [LogKey.concurrency: "\(options.concurrency)"])
            let summary = try await work(sources, desk)
            await sources.close()
            return summary
        } catch {
            await sources.close()
            throw error
        }
    }

    private func makeSources(_ desk: TaskDesk) -> any TaskSources {
        let setup = TaskSource.Setup(
            queue: queue, execution: options.execution, desk: desk,
            onInterruption: { [onEvent] in onEvent(.interrupted($0)) }, onEnd: { [stop] in stop.send(.failed($0)) })
        let name = "warren work \(queue.name)"
        switch brokers.balancing.topology {
        case .independent:
            return brokers.join { addresses in
                SeveralBrokers(
                    addresses, of: brokers, name: name, options: options, desk: desk, setup: setup, logger: logger,
                    onEvent: onEvent)
            }
        case .cluster:
            return brokers.join { _ in
                OneBroker(
                    brokers, name: name, credit: min(options.concurrency, options.limit ?? .max), setup: setup,
                    stop: stop, onEvent: onEvent)
            }
        }
    }

    private func work(_ sources: any TaskSources, _ desk: TaskDesk) async throws(AMQPError) -> Summary {
        let watch = options.untilEmpty ? watchForEmpty(sources, desk) : nil
        defer { watch?.cancel() }

        let reason = await stop.first()
        if case .failed(let error) = reason {
            sources.cancelHandlers()
            throw error
        }
        onEvent(.draining(running: desk.running))
        logger.debug("draining", metadata: [LogKey.running: "\(desk.running)"])
        desk.close()
        // First the consumers, so that nothing new comes; then what has come and was not begun. Beside the lanes, because
        // a broker that does not answer must not hold up the deadline.
        let cancelling = Task {
            await sources.cancelConsumers()
            desk.giveBackRefused(and: [])
        }
        let handlers = LastHandlers(
            ended: { await sources.handlersEnded() }, cancel: { sources.cancelHandlers() })
        await handlers.finish(within: options.drainTimeout, orWhen: stop, after: cancelling)
        cancelling.cancel()
        await cancelling.value
        if case .failed(let error) = stop.current { throw error }
        return desk.summary
    }

    private func watchForEmpty(_ sources: any TaskSources, _ desk: TaskDesk) -> Task<Void, Never> {
        Task { [queue, stop] in
            while !Task.isCancelled {
                do throws(AMQPError) {
                    if try await sources.areEmpty(desk, queue.name) { return stop.send(.enough) }
                } catch {
                    if sources.isFatal(error) { return stop.send(.failed(error)) }
                }
                try? await Task.sleep(for: .milliseconds(100))
            }
        }
    }
}

enum LogKey {
    static let queue = "warren.queue"
    static let concurrency = "warren.concurrency"
    static let running = "warren.running"
    static let messageID = "warren.message_id"
    static let error = "error"
}
