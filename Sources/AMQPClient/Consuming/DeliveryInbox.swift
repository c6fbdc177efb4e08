internal import NIOConcurrencyHelpers
internal import NIOCore

/// The deliveries of one consumer between the event loop and those who take them.
///
/// Bounded by prefetch: the broker sends no more than that many unsettled ones. Without acknowledgement there is no such
/// bound, so at ``limit`` the connection stops reading.
///
/// A push wakes one taker at most; a taker that leaves something behind wakes the next. One wake-up per delivery would
/// cost more than everything else together.
final class DeliveryInbox: Sendable {
    private typealias Taker = CheckedContinuation<Result<Delivery?, AMQPError>, Never>

    private struct State {
        var deliveries = CircularBuffer<Delivery>()
        var takers = CircularBuffer<(id: UInt64, taker: Taker)>()
        var nextTaker: UInt64 = 0
        var end: Result<Void, AMQPError>?
        var isReadingPaused = false
        var pushed = 0
    }

    private let state = NIOLockedValueBox(State())
    /// Whether the broker waits for acks, and so keeps to the prefetch.
    let needsSettling: Bool
    private let resumeReading: @Sendable (DeliveryInbox) -> Void
    private let onInterruption: @Sendable (AMQPError) -> Void

    /// Deliveries without acknowledgement at which reading pauses; it goes on at half as many.
    static let limit = 1000

    init(
        needsSettling: Bool,
        onInterruption: @escaping @Sendable (AMQPError) -> Void = { _ in },
        resumeReading: @escaping @Sendable (DeliveryInbox) -> Void
    ) {
        self.needsSettling = needsSettling
        self.onInterruption = onInterruption
        self.resumeReading = resumeReading
    }

    // MARK: The event loop's side

    /// - Returns: Whether reading from the socket has to pause.
    func push(_ batch: [Delivery]) -> Bool {
        let (taker, first, mustPause) = state.withLockedValue { state -> (Taker?, Delivery?, Bool) in
            state.deliveries.append(contentsOf: batch)
            state.pushed += batch.count
            let taker = state.takers.popFirst()?.taker
            let first = taker == nil ? nil : state.deliveries.popFirst()
            let mustPause = !needsSettling && state.deliveries.count >= Self.limit && !state.isReadingPaused
            if mustPause { state.isReadingPaused = true }
            return (taker, first, mustPause)
        }
        taker?.resume(returning: .success(first))
        return mustPause
    }

    /// The epoch is over, the consumer goes on in the next one. The broker has taken back what nobody took yet.
    func interrupt(because error: AMQPError) {
        state.withLockedValue { state in
            // Without acknowledgement they exist nowhere else any more.
            if needsSettling {
                state.pushed -= state.deliveries.count
                state.deliveries.removeAll()
            }
            state.isReadingPaused = false
        }
        onInterruption(error)
    }

    /// Ends the consumer: with an error, or quietly after a cancel that was asked for. What has arrived before a cancel
    /// can still be taken.
    func finish(_ end: Result<Void, AMQPError>) {
        var mustResume = false
        let takers = state.withLockedValue { state -> CircularBuffer<(id: UInt64, taker: Taker)> in
            guard state.end == nil else { return [] }
            state.end = end
            // Without their channel they cannot be settled; the broker has taken them back.
            if case .failure = end, needsSettling { state.deliveries.removeAll() }
            mustResume = state.isReadingPaused
            state.isReadingPaused = false
            defer { state.takers.removeAll() }
            return state.takers
        }
        for (_, taker) in takers { taker.resume(returning: end.map { nil }) }
        if mustResume { resumeReading(self) }
    }

    // MARK: The taker's side

    /// The next delivery; `nil` after the end, or when the task is cancelled.
    func next() async throws(AMQPError) -> Delivery? {
        if let delivery = take() { return delivery }
        let id = state.withLockedValue { state in
            state.nextTaker += 1
            return state.nextTaker
        }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let taken: Result<Delivery?, AMQPError>? = state.withLockedValue { state in
                    // A cancel that came before this point found no taker to end.
                    if Task.isCancelled { return .success(nil) }
                    if let delivery = state.deliveries.popFirst() { return .success(delivery) }
                    if let end = state.end { return end.map { nil } }
                    state.takers.append((id, continuation))
                    return nil
                }
                if let taken { continuation.resume(returning: taken) }
            }
        } onCancel: {
            let taker = state.withLockedValue { state -> Taker? in
                guard let index = state.takers.firstIndex(where: { $0.id == id }) else { return nil }
                return state.takers.remove(at: index).taker
            }
            taker?.resume(returning: .success(nil))
        }
        wakeNext()
        return try result.get()
    }

    /// What has arrived and nobody took, for giving it back.
    func takeAll() -> [Delivery] {
        let (taken, mustResume) = state.withLockedValue { state in
            defer {
                state.deliveries.removeAll()
                state.isReadingPaused = false
            }
            return (Array(state.deliveries), state.isReadingPaused)
        }
        if mustResume { resumeReading(self) }
        return taken
    }

    /// Whether too much is waiting here for the connection to read on.
    var isReadingPaused: Bool { state.withLockedValue { $0.isReadingPaused } }

    /// Deliveries that have arrived so far.
    var pushed: Int { state.withLockedValue { $0.pushed } }

    /// One that is there already. Everything else, the end included, is for the slow path.
    private func take() -> Delivery? {
        guard !Task.isCancelled else { return nil }
        var next: (Taker, Delivery)?
        var canResume = false
        let delivery = state.withLockedValue { state -> Delivery? in
            guard let delivery = state.deliveries.popFirst() else { return nil }
            if state.isReadingPaused, state.deliveries.count <= Self.limit / 2 {
                state.isReadingPaused = false
                canResume = true
            }
            if !state.takers.isEmpty { next = Self.handOver(&state) }
            return delivery
        }
        if let (taker, delivery) = next { taker.resume(returning: .success(delivery)) }
        if canResume { resumeReading(self) }
        return delivery
    }

    private func wakeNext() {
        let next = state.withLockedValue { Self.handOver(&$0) }
        if let (taker, delivery) = next { taker.resume(returning: .success(delivery)) }
    }

    private static func handOver(_ state: inout State) -> (Taker, Delivery)? {
        guard !state.deliveries.isEmpty, let (_, taker) = state.takers.popFirst() else { return nil }
        return (taker, state.deliveries.removeFirst())
    }
}
