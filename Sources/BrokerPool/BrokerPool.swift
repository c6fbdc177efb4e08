public import AMQPClient
internal import LoadBalancing
public import Logging
internal import NIOConcurrencyHelpers

/// Several broker nodes, as one.
///
/// ``makePublisher(name:window:unanswered:prepare:)`` publishes to all of them, each message to the node that the strategy
/// chooses. ``connect(name:onEvent:)`` spreads connections over the nodes of a cluster, and
/// ``connect(to:name:onEvent:)`` is for those who need one to each of several brokers.
public final class BrokerPool: Sendable {
    public let balancing: Balancing
    private let options: AMQPConnection.Options
    private let logger: Logger
    private let state: NIOLockedValueBox<State>

    private struct State {
        var addresses: [BrokerAddress]
        /// Where the next connection goes first.
        var turn: Int
        var members = PoolMembers()
    }

    /// - Throws: ``AMQPError`` with code `invalidArgument` if there is no address, or one twice, or a weight is none.
    public init(
        _ addresses: [BrokerAddress],
        balancing: Balancing = .init(),
        options: AMQPConnection.Options = .init(),
        logger: Logger = Logger(label: "BrokerPool", factory: { _ in SwiftLogNoOpLogHandler() })
    ) throws(AMQPError) {
        try balancing.validate(addresses)
        self.balancing = balancing
        self.options = options
        self.logger = logger
        // Many clients do not all begin with the same node.
        state = NIOLockedValueBox(State(addresses: addresses, turn: .random(in: addresses.indices)))
    }

    /// - Parameter uris: `amqp://` URIs, separated by commas; see ``BrokerAddress/list(_:)``.
    public convenience init(
        uris: String,
        balancing: Balancing = .init(),
        options: AMQPConnection.Options = .init(),
        logger: Logger = Logger(label: "BrokerPool", factory: { _ in SwiftLogNoOpLogHandler() })
    ) throws(AMQPError) {
        try self.init(try BrokerAddress.list(uris), balancing: balancing, options: options, logger: logger)
    }

    /// The nodes that a provider knows now; ``follow(_:every:)`` keeps up with it.
    ///
    /// - Throws: ``AMQPError``: what the provider throws, and as ``init(_:balancing:options:logger:)``.
    public convenience init(
        _ provider: some BrokerAddressProvider,
        balancing: Balancing = .init(),
        options: AMQPConnection.Options = .init(),
        logger: Logger = Logger(label: "BrokerPool", factory: { _ in SwiftLogNoOpLogHandler() })
    ) async throws(AMQPError) {
        try self.init(try await provider.addresses(), balancing: balancing, options: options, logger: logger)
    }

    public var addresses: [BrokerAddress] { state.withLockedValue { $0.addresses } }

    // MARK: Connections

    /// Connects to the next node in turn, or to the first after it that answers, which are also those that recovery goes
    /// on with.
    ///
    /// - Parameters:
    ///   - name: Shown by the broker's tools.
    ///   - onEvent: Hears what happens to the connection, besides the pool's own options.
    /// - Throws: As ``AMQPConnection/connect(toAnyOf:options:logger:)``.
    public func connect(
        name: String? = nil,
        onEvent: @escaping @Sendable (ConnectionEvent) -> Void = { _ in }
    ) async throws(AMQPError) -> AMQPConnection {
        let inTurn = state.withLockedValue { state in
            let first = state.turn % state.addresses.count
            state.turn = (first + 1) % state.addresses.count
            return Array(state.addresses[first...] + state.addresses[..<first])
        }
        return try await connect(toAnyOf: inTurn, name, onEvent)
    }

    /// Connects to that node, or to the next after it that answers, which are also those that recovery goes on with.
    package func connect(
        preferring address: BrokerAddress,
        name: String?,
        onEvent: @escaping @Sendable (ConnectionEvent) -> Void
    ) async throws(AMQPError) -> AMQPConnection {
        let others = addresses.filter { $0 != address }
        return try await connect(toAnyOf: [address] + others, name, onEvent)
    }

    private func connect(
        toAnyOf addresses: [BrokerAddress],
        _ name: String?,
        _ onEvent: @escaping @Sendable (ConnectionEvent) -> Void
    ) async throws(AMQPError) -> AMQPConnection {
        try await AMQPConnection.connect(
            toAnyOf: addresses, options: connectionOptions(name, onEvent), logger: logger)
    }

    /// Connects to that node and no other.
    public func connect(
        to address: BrokerAddress,
        name: String? = nil,
        onEvent: @escaping @Sendable (ConnectionEvent) -> Void = { _ in }
    ) async throws(AMQPError) -> AMQPConnection {
        try await AMQPConnection.connect(to: address, options: connectionOptions(name, onEvent), logger: logger)
    }

    private func connectionOptions(
        _ name: String?,
        _ onEvent: @escaping @Sendable (ConnectionEvent) -> Void
    ) -> AMQPConnection.Options {
        var options = options
        if let name { options.connectionName = name }
        let everyonesOnEvent = options.onEvent
        options.onEvent = { event in
            everyonesOnEvent(event)
            onEvent(event)
        }
        return options
    }

    // MARK: Publishing

    /// Connects to all nodes for publishing, and returns once every one was tried, or shortly after the first was there.
    ///
    /// - Parameters:
    ///   - window: The most messages that may be open, over all nodes.
    ///   - unanswered: What becomes of a message whose node is lost before it answered.
    ///   - prepare: Called on every new connection, before anything is published there.
    /// - Throws: ``AMQPError`` if no node can be used: why each of them cannot.
    public func makePublisher(
        name: String? = nil,
        window: Int = Publisher.defaultWindow,
        unanswered: UnansweredPublish = .isReplayed,
        prepare: @escaping PoolPublisher.Preparation = { _ in }
    ) async throws(AMQPError) -> PoolPublisher {
        guard (1...Publisher.maximumWindow).contains(window) else {
            throw AMQPError(
                .invalidArgument, "a publish window of \(window) is not from 1 to \(Publisher.maximumWindow)")
        }
        let options = connectionOptions(name) { _ in }
        let publisher = join { addresses in
            PoolPublisher(
                balancing, addresses: addresses, window: window, unanswered: unanswered, connection: options,
                logger: logger, prepare: prepare)
        }
        try await publisher.start()
        return publisher
    }

    // MARK: Nodes that come and go

    /// Makes somebody who works with the nodes, and from then on tells them which come and go.
    ///
    /// In one step: a node that is added meanwhile is either among the addresses or told.
    package func join<Member: PoolMember>(_ make: ([BrokerAddress]) -> Member) -> Member {
        state.withLockedValue { state in
            let member = make(state.addresses)
            state.members.append(member)
            return member
        }
    }

    /// Another node, which publishers use as soon as it is connected, little by little, and workers at once.
    ///
    /// - Throws: ``AMQPError`` with code `invalidArgument` if it is there already, or the weight is none.
    public func add(_ address: BrokerAddress, weight: Double = 1) throws(AMQPError) {
        try Balancing.validate(weight)
        var new = balancing
        new.weights = []
        let members = state.withLockedValue { state -> Result<[any PoolMember], AMQPError> in
            do throws(AMQPError) {
                try new.validate(state.addresses + [address])
                state.addresses.append(address)
                return .success(state.members.present)
            } catch {
                return .failure(error)
            }
        }
        for member in try members.get() { member.nodeAdded(address, weight: weight) }
    }

    /// Publishers send nothing more there, and workers take nothing more from there; their connections close once everything
    /// is answered and done.
    ///
    /// - Throws: ``AMQPError`` with code `invalidArgument` if it is the last one.
    public func remove(_ address: BrokerAddress) async throws(AMQPError) {
        let members = state.withLockedValue { state -> [any PoolMember]? in
            guard state.addresses.contains(address) else { return [] }
            guard state.addresses.count > 1 else { return nil }
            state.addresses.removeAll { $0 == address }
            return state.members.present
        }
        guard let members else {
            throw AMQPError(.invalidArgument, "\(address) is the last node", remedy: "Add another one first")
        }
        await withDiscardingTaskGroup { group in
            for member in members { group.addTask { await member.nodeRemoved(address) } }
        }
    }

    /// Keeps the nodes as a provider says, until the task is cancelled: adds those that are new, then removes those that
    /// are gone. While the provider does not answer, or knows none, everything stays as it is.
    ///
    /// - Throws: `CancellationError`.
    public func follow(_ provider: some BrokerAddressProvider, every interval: Duration = .seconds(30)) async throws {
        while true {
            do throws(AMQPError) {
                try await become(try await provider.addresses())
            } catch {
                logger.debug("the nodes stay as they are", metadata: ["error": "\(error)"])
            }
            try await Task.sleep(for: interval)
        }
    }

    private func become(_ wanted: [BrokerAddress]) async throws(AMQPError) {
        guard !wanted.isEmpty else { return }
        let present = addresses
        for address in wanted where !present.contains(where: { $0.isSameNode(as: address) }) { try add(address) }
        for address in present where !wanted.contains(where: { $0.isSameNode(as: address) }) {
            logger.debug("a node is gone from the list", metadata: ["broker": "\(address)"])
            // Whoever still works there may take long, and what comes next does not wait for that.
            Task { try? await remove(address) }
        }
    }
}
