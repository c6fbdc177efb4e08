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
final class Lanes: Sendable {
    private let consumer: Consumer
    private let desk: TaskDesk
    private let executor: (any TaskExecutor)?
    private let task = NIOLockedValueBox<Task<Void, Never>?>(nil)

    init(consumer: Consumer, desk: TaskDesk, executor: (any TaskExecutor)?) {
        self.consumer = consumer
        self.desk = desk
        self.executor = executor
    }

    /// The tasks are not children of the caller's: a handler that ignores cancellation must not hold up the end.
    func start() {
        let lanes = executor == nil ? ProcessInfo.processInfo.activeProcessorCount : 1
        let running = Task(executorPreference: executor) { [consumer, desk] in
            await withDiscardingTaskGroup { group in
                for _ in 0..<lanes {
                    group.addTask { await Self.run(consumer, desk) }
                }
            }
        }
        task.withLockedValue { $0 = running }
    }

    private static func run(_ consumer: Consumer, _ desk: TaskDesk) async {
        await withDiscardingTaskGroup { group in
            var deliveries = consumer.makeAsyncIterator()
            do throws(AMQPError) {
                while let delivery = try await deliveries.next() {
                    group.addImmediateTask { await desk.work(on: delivery) }
                }
            } catch {
                // The other lanes hear of it from the same inbox; the pool hears of it here.
                desk.stop.send(.failed(error))
            }
        }
    }

    /// Cancels the handlers.
    func cancel() {
        task.withLockedValue { $0 }?.cancel()
    }

    /// Waits for the handlers to end. Once time is limited they have `timeout`; after it, or when it becomes urgent, they
    /// are cancelled and have a short grace to notice. Whoever does not is left behind.
    ///
    /// - Parameter consumerEnd: Ends when the broker sends nothing more. Handlers are not cancelled before, or shortly
    ///   after at the latest: what they give back would come back.
    func finish(within timeout: Duration, orWhen stop: StopSignal, after consumerEnd: Task<Void, Never>) async {
        guard let running = task.withLockedValue({ $0 }) else { return }
        let ended = Once()
        let waiting = Task {
            await running.value
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
            running.cancel()
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
