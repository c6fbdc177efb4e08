internal import NIOConcurrencyHelpers

/// One consumer, and the lanes that take from it.
final class Intake: Sendable {
    /// What happens when what was delivered so far is lost with its channel.
    enum Interruption: Sendable {
        /// The consumer is started again by recovery.
        case goesOn
        /// The consumer is given up: its credit may be somebody else's by then.
        case ends
    }

    private struct State {
        var lanes: Lanes?
        var wasInterrupted = false
        var watch: Task<Void, Never>?
        /// The broker has agreed to send nothing more.
        var isCancelled = false
    }

    let credit: Int
    private let channel: AMQPChannel
    private let consumer: Consumer
    private let holdings: Holdings?
    private let state: NIOLockedValueBox<State>

    private init(
        credit: Int,
        channel: AMQPChannel,
        consumer: Consumer,
        holdings: Holdings?,
        state: NIOLockedValueBox<State>
    ) {
        self.credit = credit
        self.channel = channel
        self.consumer = consumer
        self.holdings = holdings
        self.state = state
    }

    /// Starts the consumer; ``start(desk:executor:onEnd:)`` starts the lanes.
    static func open(
        on channel: AMQPChannel,
        queue: QueueName,
        credit: Int,
        holdings: Holdings?,
        interruption: Interruption,
        onInterruption: @escaping @Sendable (AMQPError) -> Void = { _ in }
    ) async throws(AMQPError) -> Intake {
        let state = NIOLockedValueBox(State())
        let present = NIOLockedValueBox<Consumer?>(nil)
        let consumer = try await channel.consume(queue.name, prefetch: credit) { error in
            let lanes = state.withLockedValue { state in
                state.wasInterrupted = true
                if interruption == .ends { state.isCancelled = true }
                return state.lanes
            }
            holdings?.forget()
            switch interruption {
            case .goesOn: lanes?.interrupt()
            case .ends:
                lanes?.cancel()
                present.withLockedValue { $0 }?.abandon()
            }
            onInterruption(error)
        }
        present.withLockedValue { $0 = consumer }
        let intake = Intake(credit: credit, channel: channel, consumer: consumer, holdings: holdings, state: state)
        if interruption == .ends, state.withLockedValue({ $0.wasInterrupted }) {
            // It may have been started again before anybody could give it up.
            state.withLockedValue { $0.isCancelled = false }
            await intake.cancel()
            for delivery in consumer.takeBuffered() { try? delivery.nack() }
            throw AMQPError(.cancelled, "the channel was interrupted while a consumer was started")
        }
        return intake
    }

    func start(desk: TaskDesk, executor: (any TaskExecutor)?, onEnd: @escaping @Sendable (AMQPError) -> Void) {
        let lanes = Lanes(consumer: consumer, desk: desk, executor: executor, holdings: holdings, onEnd: onEnd)
        // In one step: an interruption in between would begin a generation of its own.
        state.withLockedValue { state in
            state.lanes = lanes
            lanes.start()
        }
    }

    // MARK: Credit

    /// Its credit can be used again.
    var isActive: Bool { !state.withLockedValue { $0.isCancelled } }

    /// Delivered and not settled.
    var held: Int { holdings?.count { consumer.deliveryCount } ?? 0 }

    /// The most that were held since this was asked before.
    var peak: Int { holdings?.takePeak(held) ?? 0 }

    /// Nothing will come, and nothing is held or run.
    var isOver: Bool {
        !isActive && isQuiet && held == 0
    }

    /// Deliveries that came so far.
    var deliveryCount: Int { consumer.deliveryCount }

    func isLate(_ since: ContinuousClock.Instant) -> Bool { holdings?.hasLate(since) ?? false }
    func takeLate(_ since: ContinuousClock.Instant) -> [Delivery] { holdings?.takeLate(since) ?? [] }
    var isWaiting: Bool { holdings?.isWaiting ?? false }

    // MARK: The end

    /// Cancels the consumer. What it has delivered is still worked on.
    ///
    /// - Returns: Whether the broker sends nothing more.
    @discardableResult
    func cancel() async -> Bool {
        watchForLoss()
        do throws(AMQPError) {
            try await consumer.cancel()
        } catch {
            // Without its channel there is no consumer.
            guard error.code == .channelClosed || error.code == .connectionClosed else { return false }
        }
        state.withLockedValue { $0.isCancelled = true }
        return true
    }

    /// The consumer, once cancelled, hears of no interruption any more.
    private func watchForLoss() {
        state.withLockedValue { state in
            guard state.watch == nil else { return }
            state.watch = Task { [channel, holdings, lanes = state.lanes] in
                guard await channel.lifeEnded().code != .cancelled else { return }
                holdings?.forget()
                lanes?.cancel()
            }
        }
    }

    func takeBuffered() -> [Delivery] { consumer.takeBuffered() }

    func cancelHandlers() { state.withLockedValue { $0.lanes }?.cancel() }

    var isQuiet: Bool { state.withLockedValue { $0.lanes }?.isQuiet ?? true }

    func handlersEnded() async { await state.withLockedValue { $0.lanes }?.ended() }

    /// Nobody is interested any more.
    func close() { state.withLockedValue { $0.watch }?.cancel() }
}
