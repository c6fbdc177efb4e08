internal import BrokerPool
internal import NIOConcurrencyHelpers

/// One broker, or a cluster: one source, and all credit is its own.
///
/// A connection that is lost is recovered on another node of the cluster. Without more all work would stay where the last
/// failure drove it; so the worker moves back to the node that it was on, some time after that one takes connections again:
/// it begins there, gives back what it had not begun, and ends what it had. A node that is removed from the pool it leaves
/// in the same way.
final class OneBroker: TaskSources, PoolMember {
    private struct State {
        var source: TaskSource?
        /// Left, with handlers that have not ended.
        var former: [TaskSource] = []
        /// Deliveries of former sources that were worked on.
        var worked = 0
        /// Where it belongs.
        var home: BrokerAddress?
        var moving: Task<Void, Never>?
        var isClosing = false
    }

    private let brokers: BrokerPool
    private let name: String
    private let credit: Int
    private let setup: TaskSource.Setup
    private let stop: StopSignal
    private let onEvent: @Sendable (WorkerPool.Event) -> Void
    private let state = NIOLockedValueBox(State())

    /// - Parameter setup: What a source needs; the end of one that is left is nobody's concern.
    init(
        _ brokers: BrokerPool,
        name: String,
        credit: Int,
        setup: TaskSource.Setup,
        stop: StopSignal,
        onEvent: @escaping @Sendable (WorkerPool.Event) -> Void
    ) {
        self.brokers = brokers
        self.name = name
        self.credit = credit
        self.setup = setup
        self.stop = stop
        self.onEvent = onEvent
    }

    // MARK: The beginning

    func open() async throws(AMQPError) {
        let connection = try await connected()
        let home = await connection.address
        let source = try await TaskSource.open(connection, credit: credit, setup)
        state.withLockedValue { state in
            state.source = source
            state.home = home
        }
        onEvent(.ready(source.info))
        source.start()
        // It may have been lost and recovered elsewhere before anybody listened.
        moveHome(from: await source.connection.address)
    }

    /// A pool that is told to stop does not wait for a broker that does not answer.
    private func connected() async throws(AMQPError) -> AMQPConnection {
        let connecting = Task {
            do throws(AMQPError) {
                let connection = try await brokers.connect(name: name) { [weak self] in self?.hear($0) }
                return Result<AMQPConnection, AMQPError>.success(connection)
            } catch {
                return .failure(error)
            }
        }
        Task { [stop] in
            _ = await stop.limited()
            connecting.cancel()
        }
        return try await connecting.value.get()
    }

    // MARK: The work

    var all: [TaskSource] { state.withLockedValue { $0.former + [$0.source].compactMap(\.self) } }

    /// What is being given back somewhere is not in the queue yet.
    var present: [TaskSource]? { state.withLockedValue { $0.former.isEmpty ? [$0.source].compactMap(\.self) : nil } }

    func hasNothing(seen: Int) -> Bool {
        state.withLockedValue { $0.former.isEmpty && $0.worked + ($0.source?.deliveryCount ?? 0) == seen }
    }

    /// After a lost connection it asks again.
    func isFatal(_ error: AMQPError) -> Bool { error.code != .connectionLost }

    // MARK: Moving

    /// On the connection's event loop.
    private func hear(_ event: ConnectionEvent) {
        guard case .recovered(let address, _) = event else { return }
        moveHome(from: address)
    }

    private func moveHome(from address: BrokerAddress) {
        guard let delay = brokers.balancing.homecoming else { return }
        move(from: address) { worker, home in
            while !Task.isCancelled {
                do { try await Task.sleep(for: .random(in: delay)) } catch { return }
                // It may have been removed meanwhile.
                guard worker.brokers.addresses.contains(home) else { return }
                if await worker.settle(at: home, only: true) { return }
            }
        }
    }

    /// Nothing else is being moved when this begins.
    private func move(
        from address: BrokerAddress,
        _ way: @escaping @Sendable (OneBroker, BrokerAddress) async -> Void
    ) {
        state.withLockedValue { state in
            guard let home = state.home, home != address, state.moving == nil, !state.isClosing else { return }
            // It cannot get to its last line before it is listed here, because that takes this lock.
            state.moving = Task { [weak self] in
                guard let self else { return }
                await way(self, home)
                self.state.withLockedValue { $0.moving = nil }
            }
        }
    }

    /// Begins at a node, and leaves the source that there was.
    ///
    /// - Parameter only: Whether another node that answers instead will not do.
    /// - Returns: Whether it is there.
    private func settle(at address: BrokerAddress, only: Bool) async -> Bool {
        guard let old = state.withLockedValue({ $0.source }) else { return true }
        if await old.connection.address == address, await old.connection.isOpen { return true }
        do throws(AMQPError) {
            let connection = try await brokers.connect(preferring: address, name: name) { [weak self] in self?.hear($0)
            }
            let reached = await connection.address
            guard reached == address || !only, !Task.isCancelled else {
                await connection.close()
                return false
            }
            let new = try await TaskSource.open(connection, credit: credit, setup)
            guard take(new, for: old, at: reached) else {
                await new.cancelConsumers()
                await new.close()
                return false
            }
            old.leave()
            // What a lost connection had is somebody else's by now.
            if await !old.connection.isOpen { await old.close() }
            let unbegun = await old.cancelConsumers()
            onEvent(.moved(to: reached))
            new.start()
            Task { await close(old, unbegun: unbegun) }
            return true
        } catch {
            return false
        }
    }

    /// - Returns: Whether it is still wanted.
    private func take(_ new: TaskSource, for old: TaskSource, at address: BrokerAddress) -> Bool {
        state.withLockedValue { state in
            guard !state.isClosing else { return false }
            state.source = new
            state.former.append(old)
            state.home = address
            return true
        }
    }

    /// Once its handlers have ended.
    private func close(_ old: TaskSource, unbegun: Int) async {
        await old.handlersEnded()
        await old.close()
        state.withLockedValue { state in
            state.former.removeAll { $0 === old }
            state.worked += old.deliveryCount - unbegun
        }
    }

    // MARK: Nodes that come and go

    /// Whoever connects anew finds it.
    func nodeAdded(_ address: BrokerAddress, weight: Double) {}

    /// A connection that is lost tries the nodes that it was told of at its beginning, which may all be gone.
    func nodeRemoved(_ address: BrokerAddress) async {
        guard let source = state.withLockedValue({ $0.source }) else { return }
        let present = await source.connection.address
        if await source.connection.isOpen, present != address {
            state.withLockedValue { if $0.home == address { $0.home = present } }
            return
        }
        guard let next = brokers.addresses.randomElement() else { return }
        await stopMoving()
        state.withLockedValue { $0.home = next }
        move(from: address) { worker, home in
            while !Task.isCancelled, await !worker.settle(at: home, only: false) {
                do { try await Task.sleep(for: ReconnectPause.after(failures: 1)) } catch { return }
            }
        }
        await state.withLockedValue { $0.moving }?.value
        await source.handlersEnded()
        await source.close()
    }

    private func stopMoving() async {
        let moving = state.withLockedValue { $0.moving }
        moving?.cancel()
        await moving?.value
    }

    // MARK: The end

    func stopOpening() async {
        state.withLockedValue { $0.isClosing = true }
        await stopMoving()
    }
}
