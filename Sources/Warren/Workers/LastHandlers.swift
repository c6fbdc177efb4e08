internal import NIOConcurrencyHelpers

/// The end of a pool's handlers, wherever they run.
struct LastHandlers: Sendable {
    /// Waits until no handler runs any more.
    let ended: @Sendable () async -> Void
    /// Cancels them, for good.
    let cancel: @Sendable () -> Void

    /// Waits for the handlers to end. Once time is limited they have `timeout`; after it, or when it becomes urgent, they
    /// are cancelled and have a short grace to notice. Whoever does not is left behind.
    ///
    /// - Parameter consumerEnd: Ends when the broker sends nothing more. Handlers are not cancelled before, or shortly
    ///   after at the latest: what they give back would come back.
    func finish(within timeout: Duration, orWhen stop: StopSignal, after consumerEnd: Task<Void, Never>) async {
        let ended = Once()
        let waiting = Task {
            await self.ended()
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
