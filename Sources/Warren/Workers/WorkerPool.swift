public import Logging
internal import NIOConcurrencyHelpers
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
        let connection = try await connect()
        do throws(AMQPError) {
            let channel = try await connection.openChannel()
            let info = try await queue.declare(on: channel)
            let prefetch = min(options.concurrency, options.limit ?? .max)
            let lanes = NIOLockedValueBox<Lanes?>(nil)
            let consumer = try await channel.consume(queue.name.name, prefetch: prefetch) { [onEvent] error in
                lanes.withLockedValue { $0 }?.interrupt()
                onEvent(.interrupted(error))
            }
            onEvent(.ready(info))
            logger.debug("consuming", metadata: [LogKey.concurrency: "\(options.concurrency)"])
            let summary = try await work(on: channel, consumer, lanes)
            await connection.close()
            return summary
        } catch {
            await connection.close()
            throw error
        }
    }

    /// A pool that is told to stop does not wait for a broker that does not answer.
    private func connect() async throws(AMQPError) -> AMQPConnection {
        let connecting = Task { [brokers, queue] in
            do throws(AMQPError) {
                return Result<AMQPConnection, AMQPError>.success(
                    try await brokers.connect(name: "warren work \(queue.name)"))
            } catch {
                return .failure(error)
            }
        }
        Task { [stop] in
            _ = await stop.limited()
            connecting.cancel()
        }
        return try await connecting.value.get()
    }

    private func work(
        on channel: AMQPChannel,
        _ consumer: Consumer,
        _ present: NIOLockedValueBox<Lanes?>
    ) async throws(AMQPError) -> Summary {
        let desk = TaskDesk(
            queue: queue.name, options: options, logger: logger, onEvent: onEvent, handler: handler, stop: stop)
        let lanes = Lanes(
            consumer: consumer, desk: desk,
            executor: options.execution == .eventLoop ? channel.connection.taskExecutor : nil)
        // In one step: an interruption in between would begin a generation of its own.
        present.withLockedValue { present in
            present = lanes
            lanes.start()
        }
        defer { present.withLockedValue { $0 = nil } }
        let watch = options.untilEmpty ? watchForEmpty(channel, desk, consumer) : nil
        defer { watch?.cancel() }

        let reason = await stop.first()
        if case .failed(let error) = reason {
            lanes.cancel()
            throw error
        }
        onEvent(.draining(running: desk.running))
        logger.debug("draining", metadata: [LogKey.running: "\(desk.running)"])
        desk.close()
        // First the consumer, so that nothing new comes; then what has come and was not begun. Beside the lanes, because
        // a broker that does not answer must not hold up the deadline.
        let cancelling = Task {
            try? await consumer.cancel()
            desk.giveBackRefused(and: consumer.takeBuffered())
        }
        // The consumer, once cancelled, hears of no interruption any more.
        let loss = Task {
            if await channel.lifeEnded().code != .cancelled { lanes.cancel() }
        }
        defer { loss.cancel() }
        await lanes.finish(within: options.drainTimeout, orWhen: stop, after: cancelling)
        cancelling.cancel()
        await cancelling.value
        if case .failed(let error) = stop.current { throw error }
        return desk.summary
    }

    /// Asks the broker for what is ready whenever nothing runs here.
    ///
    /// Twice in a row, because a task that was just handed to this consumer counts as ready no more and may still be on
    /// its way: the second question cannot overtake it. What has arrived and is not begun counts as well.
    private func watchForEmpty(_ channel: AMQPChannel, _ desk: TaskDesk, _ consumer: Consumer) -> Task<Void, Never> {
        Task { [queue, stop] in
            while !Task.isCancelled {
                do throws(AMQPError) {
                    let before = desk.seen
                    let first = try await channel.declareQueue(queue.name.name, passive: true).messageCount
                    let second = try await channel.declareQueue(queue.name.name, passive: true).messageCount
                    if first == 0, second == 0, consumer.deliveryCount == before, desk.seen == before,
                        desk.running == 0
                    {
                        return stop.send(.enough)
                    }
                } catch {
                    // After a lost connection it asks again.
                    if error.code != .connectionLost { return stop.send(.failed(error)) }
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
