internal import NIOConcurrencyHelpers

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// As many lanes as cores; each takes one delivery at a time and starts its handler.
///
/// A handler runs on its lane until it first suspends; then the lane takes the next delivery. So a handler that does not
/// suspend costs no task switch, one that does costs what it must, and there is never a storm of thread wake-ups as with
/// a spawned task per delivery (60 to 75 µs each on two cores, against 10). How many run at once is bounded by the
/// prefetch, which is the pool's concurrency.
///
/// When the consumer is interrupted, all handlers are cancelled, for their tasks are somebody else's now; the next
/// generation of lanes waits for those that the broker delivers again.
final class Lanes: Sendable {
    private struct Generations {
        var next = 0
        /// Those whose handlers have not all ended.
        var running: [Int: Task<Void, Never>] = [:]
        var isOver = false
    }

    private let consumer: Consumer
    private let desk: TaskDesk
    private let executor: (any TaskExecutor)?
    private let holdings: Holdings?
    private let onEnd: @Sendable (AMQPError) -> Void
    private let generations = NIOLockedValueBox(Generations())

    /// - Parameters:
    ///   - holdings: Counts what is taken and not settled, if somebody wants to know.
    ///   - onEnd: Called, more than once, when the consumer ends for good, unless it was cancelled.
    init(
        consumer: Consumer,
        desk: TaskDesk,
        executor: (any TaskExecutor)?,
        holdings: Holdings? = nil,
        onEnd: @escaping @Sendable (AMQPError) -> Void
    ) {
        self.consumer = consumer
        self.desk = desk
        self.executor = executor
        self.holdings = holdings
        self.onEnd = onEnd
    }

    /// The tasks are not children of the caller's: a handler that ignores cancellation must not hold up the end.
    func start() {
        let lanes = executor == nil ? ProcessInfo.processInfo.activeProcessorCount : 1
        generations.withLockedValue { state in
            guard !state.isOver else { return }
            let generation = state.next
            state.next += 1
            // It cannot get to its last line before it is listed here, because that takes this lock.
            state.running[generation] = Task(executorPreference: executor) {
                [consumer, desk, generations, holdings, onEnd] in
                await withDiscardingTaskGroup { group in
                    for _ in 0..<lanes {
                        group.addTask { await Self.run(consumer, desk, holdings, onEnd) }
                    }
                }
                generations.withLockedValue { $0.running[generation] = nil }
            }
        }
    }

    private static func run(
        _ consumer: Consumer,
        _ desk: TaskDesk,
        _ holdings: Holdings?,
        _ onEnd: @Sendable (AMQPError) -> Void
    ) async {
        await withDiscardingTaskGroup { group in
            var deliveries = consumer.makeAsyncIterator()
            do throws(AMQPError) {
                while let delivery = try await deliveries.next() {
                    guard let holdings else {
                        await desk.waitForRoom()
                        group.addImmediateTask { await desk.work(on: delivery) }
                        continue
                    }
                    holdings.take(delivery, arrived: consumer.deliveryCount)
                    await desk.waitForRoom()
                    guard holdings.begin(delivery) else {
                        desk.giveUpRoom()
                        continue
                    }
                    group.addImmediateTask {
                        await desk.work(on: delivery)
                        holdings.end(delivery)
                    }
                }
            } catch {
                // The other lanes hear of it from the same inbox; the pool hears of it here.
                onEnd(error)
            }
        }
    }

    /// Cancels the handlers of tasks that were lost with their channel, and begins the next generation.
    func interrupt() {
        for task in generations.withLockedValue({ Array($0.running.values) }) { task.cancel() }
        desk.wakeAllWhoWaitForRoom()
        start()
    }

    /// Cancels the handlers, for good.
    func cancel() {
        let running = generations.withLockedValue { state in
            state.isOver = true
            return Array(state.running.values)
        }
        for task in running { task.cancel() }
        desk.wakeAllWhoWaitForRoom()
    }

    /// Waits until no handler runs any more.
    func ended() async {
        // One more generation may begin while these end.
        while let running = generations.withLockedValue({ $0.running.values.first }) { await running.value }
    }

    /// No handler runs at this moment, and nothing is waited for.
    var isQuiet: Bool { generations.withLockedValue { $0.running.isEmpty } }
}
