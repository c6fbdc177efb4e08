internal import BrokerPool
internal import Logging
internal import NIOConcurrencyHelpers

/// Brokers that know nothing of each other: work is taken from all of them, under one credit.
///
/// It begins with the first that is there. One that is not, or is lost, is tried again in the background for as long as
/// there is another; its credit is used by the others. Brokers that are added to the pool are taken from as well, and those
/// that are removed are left once their tasks are done.
final class SeveralBrokers: TaskSources, PoolMember {
    private struct State {
        var seats: [BrokerSeat] = []
        var isOpen = false
        /// Seats whose broker is known not to be there.
        var lost: Set<ObjectIdentifier> = []
        var hasBegun = false
        var keeping: Task<Void, Never>?
    }

    private let makeSeat: @Sendable (BrokerAddress) -> BrokerSeat
    private let desk: TaskDesk
    private let options: WorkerPool.Options
    private let onEvent: @Sendable (WorkerPool.Event) -> Void
    private let (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    /// The first word of the brokers: one is there, or none.
    private let (begins, begin) = AsyncStream.makeStream(
        of: Result<Void, AMQPError>.self, bufferingPolicy: .bufferingOldest(1))
    private let state = NIOLockedValueBox(State())

    /// - Parameters:
    ///   - addresses: Of the brokers that there are at the beginning.
    ///   - setup: What every source needs, whose end and credit are looked after here.
    init(
        _ addresses: [BrokerAddress],
        of brokers: BrokerPool,
        name: String,
        options: WorkerPool.Options,
        desk: TaskDesk,
        setup: TaskSource.Setup,
        logger: Logger,
        onEvent: @escaping @Sendable (WorkerPool.Event) -> Void
    ) {
        var setup = setup
        setup.onCreditChange = { [wake] in wake.yield() }
        let final = setup
        makeSeat = { BrokerSeat(address: $0, name: name, brokers: brokers, setup: final, logger: logger) }
        self.desk = desk
        self.options = options
        self.onEvent = onEvent
        state.withLockedValue { $0.seats = addresses.map(makeSeat) }
    }

    private var seats: [BrokerSeat] { state.withLockedValue { $0.seats } }

    // MARK: The beginning

    func open() async throws(AMQPError) {
        let keeper = CreditKeeper(
            seats: { [weak self] in self?.seats ?? [] }, desk: desk,
            concurrency: min(options.concurrency, options.limit ?? .max), patience: options.giveBackAfter, wakes: wakes)
        let seats = state.withLockedValue { state in
            state.isOpen = true
            state.keeping = Task { await keeper.run() }
            return state.seats
        }
        for seat in seats { start(seat) }
        let stopping = Task { [stop = desk.stop, begin] in
            _ = await stop.limited()
            begin.yield(.failure(.stopped))
        }
        defer { stopping.cancel() }
        // None if the task is cancelled.
        var begins = begins.makeAsyncIterator()
        try await (begins.next(isolation: nil) ?? .failure(.stopped)).get()
    }

    private func start(_ seat: BrokerSeat) {
        seat.start { [weak self] in self?.hear($0, of: seat) }
    }

    private func hear(_ event: BrokerSeat.Event, of seat: BrokerSeat) {
        switch event {
        case .ready(let info):
            let isFirst = state.withLockedValue { state in
                defer { state.hasBegun = true }
                return !state.hasBegun
            }
            if isFirst { onEvent(.ready(info)) }
            tellOfReturn(seat)
            begin.yield(.success(()))
        case .recovered: tellOfReturn(seat)
        case .lost(let error): tellOfLoss(seat, error)
        case .ended(let error):
            tellOfLoss(seat, error)
            endIfAlone(error)
        }
        wake.yield()
    }

    private func tellOfReturn(_ seat: BrokerSeat) {
        state.withLockedValue { _ = $0.lost.remove(ObjectIdentifier(seat)) }
        onEvent(.brokerReady(seat.address))
    }

    /// Once, however many attempts to get it back fail.
    private func tellOfLoss(_ seat: BrokerSeat, _ error: AMQPError) {
        let isNew = state.withLockedValue { $0.lost.insert(ObjectIdentifier(seat)).inserted }
        if isNew { onEvent(.brokerLost(seat.address, error)) }
    }

    /// Without a broker that is there, or is being recovered, or was not tried yet, this is the end.
    private func endIfAlone(_ error: AMQPError) {
        guard seats.allSatisfy({ $0.isTried && $0.source == nil }) else { return }
        if state.withLockedValue({ $0.hasBegun }) {
            desk.stop.send(.failed(error))
        } else {
            begin.yield(.failure(seats.compactMap(\.lastError).first ?? error))
        }
    }

    // MARK: The work

    var all: [TaskSource] { seats.flatMap(\.sources) }

    /// A broker that is not there may have tasks. And what runs may be given back after the question.
    var present: [TaskSource]? {
        let seats = seats
        let sources = seats.compactMap(\.source)
        guard sources.count == seats.count, desk.running == 0, hasNothing(seen: desk.seen) else { return nil }
        return sources
    }

    func hasNothing(seen: Int) -> Bool { seats.allSatisfy { $0.sources.allSatisfy { $0.held == 0 } } }

    /// Whoever caused it is told, and looks after it.
    func isFatal(_ error: AMQPError) -> Bool { false }

    // MARK: Brokers that come and go

    func nodeAdded(_ address: BrokerAddress, weight: Double) {
        let seat = makeSeat(address)
        let isOpen = state.withLockedValue { state in
            state.seats.append(seat)
            return state.isOpen
        }
        // What is not open yet starts all at once; what has ended starts nothing.
        if isOpen { start(seat) }
        wake.yield()
    }

    func nodeRemoved(_ address: BrokerAddress) async {
        for seat in seats where seat.address == address {
            await seat.leave()
            state.withLockedValue { state in
                state.seats.removeAll { $0 === seat }
                state.lost.remove(ObjectIdentifier(seat))
            }
        }
        wake.yield()
    }

    // MARK: The end

    func stopOpening() async {
        let (keeping, seats) = state.withLockedValue { state in
            state.isOpen = false
            return (state.keeping, state.seats)
        }
        keeping?.cancel()
        await keeping?.value
        await withDiscardingTaskGroup { group in
            for seat in seats { group.addTask { await seat.stop() } }
        }
    }
}

extension AMQPError {
    fileprivate static let stopped = AMQPError(.cancelled, "the worker was stopped before a broker was there")
}
