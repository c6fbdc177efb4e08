internal import BrokerPool
internal import NIOConcurrencyHelpers

/// One broker's connection and channel, and the consumers that take from there.
///
/// The prefetch of a consumer cannot be changed, and a cancelled one keeps what it has. So credit is several consumers:
/// the first has the credit that the source is opened with, and stays; others come and go, see ``change(to:)``.
final class TaskSource: Sendable {
    struct Setup: Sendable {
        let queue: QueueDeclaration
        let execution: WorkerPool.Execution
        let desk: TaskDesk
        /// Called when credit is all in use, or free; `nil` if nobody needs to know, and then nothing is counted.
        var onCreditChange: (@Sendable () -> Void)?
        let onInterruption: @Sendable (AMQPError) -> Void
        /// Called when a consumer ends for good.
        var onEnd: @Sendable (AMQPError) -> Void
    }

    private struct State {
        var intakes: [Intake] = []
        /// Credit of a consumer that is being started.
        var opening = 0
        /// What could be held when credit began to be taken back: it is not free before that is done.
        var frozen = 0
        var change: Task<Void, Never>?
        var isPaused = false
        var isClosed = false
        /// Another source has taken its place.
        var isLeft = false

        var active: Int { intakes.reduce(0) { $0 + ($1.isActive ? $1.credit : 0) } }
        var fading: Int { intakes.reduce(0) { $0 + ($1.isActive ? 0 : $1.held) } }
    }

    let connection: AMQPConnection
    let channel: AMQPChannel
    let info: QueueInfo
    private let setup: Setup
    private let state = NIOLockedValueBox(State())

    private init(_ connection: AMQPConnection, _ channel: AMQPChannel, _ info: QueueInfo, _ setup: Setup) {
        self.connection = connection
        self.channel = channel
        self.info = info
        self.setup = setup
    }

    /// Declares the queue and starts the first consumer. Nothing is worked on before ``start()``.
    ///
    /// If that fails the connection is closed.
    static func open(
        _ connection: AMQPConnection,
        credit: Int,
        _ setup: Setup
    ) async throws(AMQPError) -> TaskSource {
        do throws(AMQPError) {
            let channel = try await connection.openChannel()
            let info = try await setup.queue.declare(on: channel)
            let source = TaskSource(connection, channel, info, setup)
            let first = try await source.openFirst(credit)
            source.state.withLockedValue { $0.intakes = [first] }
            return source
        } catch {
            await connection.close()
            throw error
        }
    }

    func start() {
        for intake in intakes { start(intake) }
    }

    private var intakes: [Intake] { state.withLockedValue { $0.intakes } }

    private func openFirst(_ credit: Int) async throws(AMQPError) -> Intake {
        try await Intake.open(
            on: channel, queue: setup.queue.name, credit: credit, holdings: holdings(credit), interruption: .goesOn
        ) { [weak self, setup] error in
            // What was under way on the channel does not come about.
            self?.state.withLockedValue { $0.change }?.cancel()
            setup.onInterruption(error)
        }
    }

    private func holdings(_ credit: Int) -> Holdings? {
        setup.onCreditChange.map { Holdings(credit: credit, onChange: $0) }
    }

    private func start(_ intake: Intake) {
        intake.start(
            desk: setup.desk, executor: setup.execution == .eventLoop ? connection.taskExecutor : nil
        ) { [weak self, setup] error in
            if self?.state.withLockedValue({ $0.isLeft }) != true { setup.onEnd(error) }
        }
    }

    /// From now on its end is nobody's concern.
    func leave() { state.withLockedValue { $0.isLeft = true } }

    // MARK: Credit

    /// What happened here since it was asked before.
    func look() -> CreditPlan.Look {
        state.withLockedValue { state in
            state.intakes.removeAll { intake in
                guard intake.isOver else { return false }
                intake.close()
                return true
            }
            let active = state.intakes.filter(\.isActive)
            let fading = state.fading
            return CreditPlan.Look(
                active: max(state.active + state.opening, state.frozen - fading), fading: fading,
                peak: active.reduce(0) { $0 + min($1.credit, $1.peak) },
                isChanging: state.change != nil || state.isPaused)
        }
    }

    /// Deliveries that may be here at once.
    var granted: Int { state.withLockedValue { max($0.active + $0.opening + $0.fading, $0.frozen) } }

    /// Delivered and not settled.
    var held: Int { intakes.reduce(0) { $0 + $1.held } }

    /// Starts another consumer for more credit, or cancels some for less, in the background.
    func change(to target: Int) {
        begin { await $0.carryOut(target) }
    }

    /// Nothing is being changed when this begins.
    private func begin(_ work: @escaping @Sendable (TaskSource) async -> Void) {
        state.withLockedValue { state in
            guard state.change == nil, !state.isClosed else { return }
            // It cannot get to its last line before it is listed here, because that takes this lock.
            state.change = Task {
                await work(self)
                self.state.withLockedValue { state in
                    state.change = nil
                    state.opening = 0
                    state.frozen = 0
                }
                self.setup.onCreditChange?()
            }
        }
    }

    private func carryOut(_ target: Int) async {
        let (intakes, surplus) = state.withLockedValue { state in
            let surplus = state.active - target
            if surplus > 0 { state.frozen = state.active + state.fading } else { state.opening = -surplus }
            return (state.intakes.filter(\.isActive), surplus)
        }
        if surplus > 0 {
            // The first consumer stays.
            let chosen = Self.choose(from: intakes.dropFirst(), atLeast: surplus)
            for intake in chosen { guard await intake.cancel() else { return } }
            state.withLockedValue { state in
                // What they still have counts for as long as they have it.
                state.opening = max(0, target - state.active - chosen.reduce(0) { $0 + $1.held })
                state.frozen = 0
            }
        }
        let more = state.withLockedValue { $0.opening }
        if more > 0, !Task.isCancelled { await open(more) }
    }

    private func open(_ credit: Int) async {
        let intake = try? await Intake.open(
            on: channel, queue: setup.queue.name, credit: credit, holdings: holdings(credit), interruption: .ends)
        guard let intake else { return }
        let isClosed = state.withLockedValue { state in
            state.opening = 0
            state.intakes.append(intake)
            return state.isClosed
        }
        if isClosed {
            await intake.cancel()
            setup.desk.giveBack(intake.takeBuffered())
        } else {
            start(intake)
        }
    }

    /// The smallest one that is enough; or the largest, and so on.
    private static func choose(from intakes: ArraySlice<Intake>, atLeast surplus: Int) -> [Intake] {
        var intakes = intakes.sorted { $0.credit < $1.credit }
        var chosen: [Intake] = []
        var surplus = surplus
        while surplus > 0, !intakes.isEmpty {
            let intake = intakes.remove(at: intakes.firstIndex { $0.credit >= surplus } ?? intakes.count - 1)
            chosen.append(intake)
            surplus -= intake.credit
        }
        return chosen
    }

    // MARK: Giving back

    /// Something waits here for a handler.
    var isWaiting: Bool { intakes.contains(where: \.isWaiting) }

    /// Something has waited for so long.
    func isLate(_ since: ContinuousClock.Instant) -> Bool { intakes.contains { $0.isLate(since) } }

    var isPaused: Bool { state.withLockedValue { $0.isPaused } }

    /// Gives back what has waited for so long, if the queue has other consumers who could do it, and takes nothing more
    /// until ``resume()``: else it would come straight back.
    func giveBackLate(_ since: ContinuousClock.Instant) {
        begin { source in
            let active = source.intakes.filter(\.isActive)
            guard let info = try? await source.channel.declareQueue(source.setup.queue.name.name, passive: true),
                info.consumerCount > active.count
            else { return }
            source.state.withLockedValue { $0.isPaused = true }
            for intake in active { guard await intake.cancel() else { return } }
            for intake in source.intakes { source.setup.desk.giveBack(intake.takeLate(since)) }
        }
    }

    /// Takes tasks again, one at first.
    func resume() {
        begin { source in
            let isNeeded = source.state.withLockedValue { state in
                // The broker did not agree to the end of the one before.
                state.isPaused = state.active == 0
                if state.isPaused { state.opening = 1 }
                return state.isPaused
            }
            guard isNeeded, let first = try? await source.openFirst(1) else { return }
            source.state.withLockedValue { state in
                state.opening = 0
                state.isPaused = false
                state.intakes.insert(first, at: 0)
            }
            source.start(first)
        }
    }

    // MARK: The end

    /// Deliveries that came so far, for a source whose consumers do not change.
    var deliveryCount: Int { intakes.reduce(0) { $0 + $1.deliveryCount } }

    /// Ends the consumers, so that nothing new comes; what has come and is not begun is given back.
    ///
    /// - Returns: How many deliveries were not begun.
    @discardableResult
    func cancelConsumers() async -> Int {
        let change = state.withLockedValue { state in
            state.isClosed = true
            return state.change
        }
        change?.cancel()
        await withDiscardingTaskGroup { group in
            for intake in intakes { group.addTask { await intake.cancel() } }
        }
        await change?.value
        let unbegun = intakes.flatMap { $0.takeBuffered() }
        setup.desk.giveBack(unbegun)
        return unbegun.count
    }

    func cancelHandlers() {
        for intake in intakes { intake.cancelHandlers() }
    }

    func handlersEnded() async {
        for intake in intakes { await intake.handlersEnded() }
    }

    /// No handler of it runs.
    var isQuiet: Bool { intakes.allSatisfy(\.isQuiet) }

    func close() async {
        state.withLockedValue { state in
            state.isClosed = true
            state.change?.cancel()
        }
        await connection.close()
        for intake in intakes { intake.close() }
    }
}
