public import AMQPClient
internal import LoadBalancing
internal import NIOConcurrencyHelpers
internal import NIOCore

/// The nodes that it publishes to: from the first attempt to connect until they are left.
extension PoolPublisher: PoolMember {
    /// Connects to all nodes, and returns once every one was tried, or ``grace`` after the first was there.
    ///
    /// - Throws: Why they cannot be used, if none can.
    func start() async throws(AMQPError) {
        let nodes = allNodes
        for node in nodes { node.start() }
        startHousekeeping()
        startWatching()
        // Work that is begun at once is to be shared over all that are there.
        await withTaskGroup { group in
            for node in nodes {
                group.addTask {
                    _ = await node.isTried.sharedResult()
                    return false
                }
            }
            var untried = nodes.count
            var isWaiting = true
            while untried > 0, await group.next() == false {
                untried -= 1
                guard isWaiting, nodes.contains(where: { $0.publisher != nil }) else { continue }
                isWaiting = false
                group.addTask {
                    try? await Task.sleep(for: Self.grace)
                    return true
                }
            }
            group.cancelAll()
        }
        if Task.isCancelled || nodes.allSatisfy({ $0.publisher == nil }) {
            let errors = nodes.compactMap(\.lastError)
            await close()
            throw Task.isCancelled ? AMQPError(.cancelled, "connecting was cancelled") : .noneReachable(errors)
        }
    }

    private static let grace = Duration.milliseconds(500)
    private static let housekeepingInterval = TimeAmount.milliseconds(250)

    private func startHousekeeping() {
        let task = eventLoop.scheduleRepeatedTask(
            initialDelay: Self.housekeepingInterval, delay: Self.housekeepingInterval
        ) { [weak self] task in
            if let self { keepHouse() } else { task.cancel() }
        }
        state.withLockedValue { $0.housekeeping = task }
    }

    private func startWatching() {
        guard let access = balancing.management else { return }
        let watch = ManagementWatch(
            access: access, topology: balancing.topology, board: board, logger: logger,
            nodes: { [weak self] in self?.allNodes.map { .init(id: $0.id, address: $0.address) } ?? [] })
        let watching = Task { await watch.run() }
        state.withLockedValue { $0.watching = watching }
    }

    private func keepHouse() {
        for debtor in board.debtors(for: patience) {
            guard let node = node(debtor.node) else { continue }
            if debtor.isBlocked { node.giveUpUnanswered() } else { node.drop() }
        }
        room.expire(now: .now())
    }

    package func nodeAdded(_ address: BrokerAddress, weight: Double) {
        let id = board.add(weight: weight)
        let node = makeNode(id, address, board)
        state.withLockedValue { $0.nodes[id] = node }
        node.start()
    }

    /// Nothing more goes there; what is open is confirmed first.
    package func nodeRemoved(_ address: BrokerAddress) async {
        let nodes = state.withLockedValue { state in
            let gone = state.nodes.values.filter { $0.address == address }
            for node in gone { state.nodes[node.id] = nil }
            return gone
        }
        for node in nodes {
            board.remove(node.id)
            await node.close()
        }
    }

    /// Does something on every connection that is there now, side by side. For what new ones need, see ``Preparation``.
    ///
    /// - Throws: The first error, if it was done nowhere.
    public func onEachConnection(_ work: @escaping Preparation) async throws(AMQPError) {
        let connections = allNodes.compactMap { $0.publisher?.connection }
        let errors = await withTaskGroup(of: AMQPError?.self) { group in
            for connection in connections {
                group.addTask {
                    do throws(AMQPError) {
                        try await work(connection)
                        return nil
                    } catch {
                        return error
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        guard !errors.contains(nil) else { return }
        throw errors.compactMap(\.self).first ?? noNode(nil)
    }

    /// How every node is doing.
    public var status: [PoolNodeStatus] {
        board.statuses.compactMap { status, depth in
            node(status.node).map {
                PoolNodeStatus(status, depth: depth, address: $0.address, lastError: $0.lastError)
            }
        }
    }

    /// In the order of their numbers.
    var allNodes: [PublishingNode] {
        state.withLockedValue { $0.nodes.values.sorted { $0.id.index < $1.id.index } }
    }

    func node(_ id: NodeID) -> PublishingNode? { state.withLockedValue { $0.nodes[id] } }
}
