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
    private let generations = NIOLockedValueBox(Generations())

    init(consumer: Consumer, desk: TaskDesk, executor: (any TaskExecutor)?) {
        self.consumer = consumer
        self.desk = desk
        self.executor = executor
    }

    /// The tasks are not children of the caller's: a handler that ignores cancellation must not hold up the end.
    func start() {
        let lanes = executor == nil ? ProcessInfo.processInfo.activeProcessorCount : 1
        generations.withLockedValue { state in
            guard !state.isOver else { return }
            let generation = state.next
            state.next += 1
            // It cannot get to its last line before it is listed here, because that takes this lock.
            state.running[generation] = Task(executorPreference: executor) { [consumer, desk, generations] in
                await withDiscardingTaskGroup { group in
                    for _ in 0..<lanes {
                        group.addTask { await Self.run(consumer, desk) }
                    }
                }
                generations.withLockedValue { $0.running[generation] = nil }
            }
        }
    }

    private static func run(_ consumer: Consumer, _ desk: TaskDesk) async {
        await withDiscardingTaskGroup { group in
            var deliveries = consumer.makeAsyncIterator()
            do throws(AMQPError) {
                while let delivery = try await deliveries.next() {
                    await desk.waitForRoom()
                    group.addImmediateTask { await desk.work(on: delivery) }
                }
            } catch {
                // The other lanes hear of it from the same inbox; the pool hears of it here.
                desk.stop.send(.failed(error))
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

    /// Waits for the handlers to end. Once time is limited they have `timeout`; after it, or when it becomes urgent, they
    /// are cancelled and have a short grace to notice. Whoever does not is left behind.
    ///
    /// - Parameter consumerEnd: Ends when the broker sends nothing more. Handlers are not cancelled before, or shortly
    ///   after at the latest: what they give back would come back.
    func finish(within timeout: Duration, orWhen stop: StopSignal, after consumerEnd: Task<Void, Never>) async {
        let ended = Once()
        let waiting = Task {
            // One more may begin while these end.
            while let running = generations.withLockedValue({ $0.running.values.first }) { await running.value }
            ended.signal()
        }
        let deadline = Task {
            _ = await stop.limited()
            try await Task.sleep(for: timeout)
            stop.send(.now)
        }
        let urgent = Task {
            _ = await stop.urgent()
            await Self.wait(for: consumerEnd, atMost: Self.grace)
            cancel()
            try? await Task.sleep(for: Self.grace)
            ended.signal()
        }
        await ended.wait()
        deadline.cancel()
        waiting.cancel()
        urgent.cancel()
    }

    private static func wait(for task: Task<Void, Never>, atMost limit: Duration) async {
        let ended = Once()
        let waiting = Task {
            await task.value
            ended.signal()
        }
        let overdue = Task {
            try? await Task.sleep(for: limit)
            ended.signal()
        }
        await ended.wait()
        waiting.cancel()
        overdue.cancel()
    }

    private static let grace = Duration.seconds(2)
}

/// Signalled once, waited for by one.
private final class Once: Sendable {
    private enum State {
        case open
        case waiting(CheckedContinuation<Void, Never>)
        case signalled
    }

    private let state = NIOLockedValueBox(State.open)

    func signal() {
        let waiting = state.withLockedValue { state -> CheckedContinuation<Void, Never>? in
            defer { state = .signalled }
            if case .waiting(let continuation) = state { return continuation }
            return nil
        }
        waiting?.resume()
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isSignalled = state.withLockedValue { state in
                if case .signalled = state { return true }
                state = .waiting(continuation)
                return false
            }
            if isSignalled { continuation.resume() }
        }
    }
}
