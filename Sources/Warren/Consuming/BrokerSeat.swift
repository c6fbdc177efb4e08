internal import BrokerPool
internal import Logging
internal import NIOConcurrencyHelpers

/// One of several brokers in a worker: connected in the background, and again whenever that ends for good.
///
/// A connection that is lost is recovered by itself, and counts as there meanwhile. What ends for good, as when the queue
/// is deleted, begins anew with a declaration.
final class BrokerSeat: Sendable {
    enum Event: Sendable {
        case ready(QueueInfo)
        case lost(AMQPError)
        case recovered
        /// There is no source any more; another one is tried.
        case ended(AMQPError)
    }

    private struct State {
        var source: TaskSource?
        /// Ended, with handlers that have not.
        var former: [TaskSource] = []
        var isTried = false
        var lastError: AMQPError?
        var running: Task<Void, Never>?
        /// It takes nothing any more, and is there until its handlers have ended.
        var isLeaving = false
    }

    let address: BrokerAddress
    private let name: String
    private let brokers: BrokerPool
    private let setup: TaskSource.Setup
    private let logger: Logger
    private let state = NIOLockedValueBox(State())

    /// - Parameter setup: What a source needs; its end is heard of here.
    init(address: BrokerAddress, name: String, brokers: BrokerPool, setup: TaskSource.Setup, logger: Logger) {
        self.address = address
        self.name = name
        self.brokers = brokers
        self.setup = setup
        self.logger = logger
    }

    var source: TaskSource? { state.withLockedValue { $0.source } }
    /// Its first attempt has come to an end.
    var isTried: Bool { state.withLockedValue { $0.isTried } }
    /// Why the last attempt failed.
    var lastError: AMQPError? { state.withLockedValue { $0.lastError } }

    /// Its source, and those that still have handlers.
    var sources: [TaskSource] { state.withLockedValue { $0.former + [$0.source].compactMap(\.self) } }

    func start(_ onEvent: @escaping @Sendable (Event) -> Void) {
        state.withLockedValue { state in state.running = Task { await run(onEvent) } }
    }

    /// Tries no more; a source that is there stays.
    func stop() async {
        let running = state.withLockedValue { $0.running }
        running?.cancel()
        await running?.value
    }

    /// Takes nothing more from there, lets its handlers end and closes the connection.
    func leave() async {
        await stop()
        let source = state.withLockedValue { state in
            state.isLeaving = true
            return state.source
        }
        // A broker that is not there cannot agree to the end of a consumer.
        if let source, await !source.connection.isOpen { await source.close() }
        await source?.cancelConsumers()
        for source in sources {
            await source.handlersEnded()
            await source.close()
        }
    }

    func look() -> CreditPlan.Look {
        let (source, former, isLeaving) = state.withLockedValue { ($0.source, $0.former, $0.isLeaving) }
        if isLeaving {
            return CreditPlan.Look(active: 0, fading: sources.reduce(0) { $0 + $1.held }, isChanging: true)
        }
        var look = source?.look() ?? CreditPlan.Look()
        // Their credit is of no use, and counts for as long as something of it is here.
        look.fading += former.reduce(0) { $0 + $1.held }
        return look
    }

    /// Deliveries that may be here at once.
    var granted: Int {
        let (source, former) = state.withLockedValue { ($0.source, $0.former) }
        return former.reduce(source?.granted ?? 0) { $0 + $1.held }
    }

    // MARK: In the background

    private func run(_ onEvent: @escaping @Sendable (Event) -> Void) async {
        var failures = 0
        while !Task.isCancelled {
            do throws(AMQPError) {
                let (source, ends) = try await open(onEvent)
                failures = 0
                guard let end = await Self.first(ends, source) else { return }
                await leave(source, end, onEvent)
            } catch {
                failures += 1
                logger.debug("broker not reached", metadata: ["broker": "\(address)", LogKey.error: "\(error)"])
                // Whoever gave up is told nothing.
                if Task.isCancelled { return }
                state.withLockedValue { state in
                    state.isTried = true
                    state.lastError = error
                }
                onEvent(.ended(error))
            }
            try? await Task.sleep(for: ReconnectPause.after(failures: failures))
        }
    }

    private func open(
        _ onEvent: @escaping @Sendable (Event) -> Void
    ) async throws(AMQPError) -> (TaskSource, AsyncStream<AMQPError>) {
        let connection = try await brokers.connect(to: address, name: name) { [weak self] event in
            guard self?.source != nil else { return }
            switch event {
            case .lost(let error): onEvent(.lost(error))
            case .recovered: onEvent(.recovered)
            default: break
            }
        }
        let (ends, end) = AsyncStream.makeStream(of: AMQPError.self, bufferingPolicy: .bufferingOldest(1))
        var setup = setup
        setup.onEnd = { end.yield($0) }
        let source = try await TaskSource.open(connection, credit: 1, setup)
        state.withLockedValue { state in
            state.source = source
            state.isTried = true
            state.lastError = nil
        }
        onEvent(.ready(source.info))
        source.start()
        return (source, ends)
    }

    /// Why the source has ended; `nil` if the task is cancelled before.
    private static func first(_ ends: AsyncStream<AMQPError>, _ source: TaskSource) async -> AMQPError? {
        await withTaskGroup(of: AMQPError?.self) { group in
            group.addTask {
                for await end in ends { return end }
                return nil
            }
            group.addTask {
                let error = await source.connection.waitUntilClosed()
                return Task.isCancelled ? nil : error
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }

    private func leave(_ source: TaskSource, _ error: AMQPError, _ onEvent: (Event) -> Void) async {
        source.cancelHandlers()
        state.withLockedValue { state in
            state.former.removeAll { $0.isQuiet }
            state.former.append(source)
            state.source = nil
            state.lastError = error
        }
        onEvent(.ended(error))
        await source.close()
    }
}
