public import Logging
internal import NIOConcurrencyHelpers
public import ServiceLifecycle

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Typed tasks: handlers for those that come in, and a publisher for those that go out.
///
///     let tasks = try TaskService(brokers: "amqp://localhost")
///     tasks.handle(Resize.self, concurrency: 8) { task, context in
///         try await resize(task.url, to: task.width)
///     }
///     try await tasks.run()                                  // a Service: drains on SIGTERM
///
///     try await tasks.publish(Resize(url: url, width: 640))  // elsewhere: returns when the broker has it
public final class TaskService: Service {
    private let brokers: BrokerPool
    private let logger: Logger
    private let pools = NIOLockedValueBox<[WorkerPool]>([])
    private let outlet: TaskPublisher

    /// - Parameter brokers: `amqp://` URIs of the nodes of a broker, separated by commas.
    /// - Throws: ``AMQPError`` with code `invalidURI`.
    public convenience init(
        brokers: String,
        logger: Logger = Logger(label: "TaskService", factory: { _ in SwiftLogNoOpLogHandler() })
    ) throws(AMQPError) {
        self.init(brokers: try BrokerPool(uris: brokers, logger: logger), logger: logger)
    }

    public init(
        brokers: BrokerPool,
        logger: Logger = Logger(label: "TaskService", factory: { _ in SwiftLogNoOpLogHandler() })
    ) {
        self.brokers = brokers
        self.logger = logger
        outlet = TaskPublisher(brokers: brokers)
    }

    /// Registers the handler of a type of task. A payload that cannot be decoded is rejected without being handled.
    ///
    /// - Parameters:
    ///   - concurrency: Handlers that run at once.
    ///   - options: Everything else; its own concurrency is ignored.
    ///   - handler: Returns when the task is done, throws when it failed; throws ``TryAgainLater`` to give it back.
    public func handle<Payload: TaskPayload>(
        _: Payload.Type,
        concurrency: Int = 1,
        options: WorkerPool.Options = .init(),
        handler: @escaping @Sendable (Payload, TaskContext) async throws -> Void
    ) {
        var options = options
        options.concurrency = concurrency
        let pool = WorkerPool(
            brokers: brokers, queue: QueueDeclaration(Payload.queue), options: options, logger: logger
        ) { delivery, context in
            try await handler(try TaskJSON.decode(Payload.self, from: delivery.body), context)
        }
        pools.withLockedValue { $0.append(pool) }
    }

    /// Works on all registered types of task until shutdown, then drains.
    public func run() async throws {
        let pools = pools.withLockedValue { $0 }
        do {
            try await withThrowingTaskGroup { group in
                for pool in pools { group.addTask { try await pool.run() } }
                if pools.isEmpty { group.addTask { try await gracefulShutdown() } }
                try await group.waitForAll()
            }
            await outlet.close()
        } catch {
            await outlet.close()
            throw error
        }
    }

    /// Publishes a task and returns when the broker has it on disk.
    ///
    /// - Throws: ``TaskNotPublished`` if the broker did not take it, ``AMQPError`` if it was not sent.
    public func publish<Payload: TaskPayload>(_ payload: Payload) async throws {
        let outcome = try await outlet.publish(try TaskJSON.encode(payload), to: Payload.queue)
        guard outcome.isConfirmed else { throw TaskNotPublished(outcome: outcome) }
    }

    /// Closes the connection that ``publish(_:)`` opened. ``run()`` does so at its end.
    public func close() async {
        await outlet.close()
    }
}

/// How payloads travel.
enum TaskJSON {
    static func encode(_ payload: some Encodable) throws -> MessageBody {
        MessageBody(Array(try JSONEncoder().encode(payload)))
    }

    static func decode<Payload: Decodable>(_: Payload.Type, from body: MessageBody) throws -> Payload {
        try JSONDecoder().decode(Payload.self, from: Data(body.bytes))
    }
}
