internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOPosix

/// A TCP proxy that does to a connection what networks do.
///
///     try await FaultProxy.run(to: "127.0.0.1", port: 5672) { proxy in
///         let connection = try await AMQPConnection.connect(to: "amqp://127.0.0.1:\(proxy.port)")
///         proxy.faults(.toClient) { $0.isBlackHole = true }
///     }
///
/// Faults can be changed at any time, and apply to what passes from then on.
public final class FaultProxy: Sendable {
    public enum Direction: Sendable, Hashable, CaseIterable {
        case toServer, toClient
    }

    /// What happens to the bytes of one direction.
    public struct Faults: Sendable, Equatable {
        /// Each byte arrives so much later.
        public var delay = Duration.zero
        /// Bytes per second.
        public var bandwidth: Int?
        /// Bytes are taken and thrown away: a dead router. Nobody is told.
        public var isBlackHole = false
        /// Nothing is read any more, so that the sender's writes get stuck.
        public var isStalled = false
        /// Bytes arrive in pieces of this size, each in a packet of its own.
        public var slice: Int?
        /// Flips a bit of every so many-th byte.
        public var corruptsEvery: Int?

        public init() {}
    }

    public let port: Int
    let state: NIOLockedValueBox<State>

    struct State {
        var faults: [Direction: Faults] = [:]
        var refusesConnections = false
        var connections = 0
        var pairs: [ObjectIdentifier: ProxyPair] = [:]
        var target: (host: String, port: Int)
    }

    private init(port: Int, state: NIOLockedValueBox<State>) {
        self.port = port
        self.state = state
    }

    /// Listens on the loopback interface while `body` runs.
    public static func run<Result>(
        to host: String,
        port: Int,
        _ body: (FaultProxy) async throws -> Result
    ) async throws -> Result {
        let state = NIOLockedValueBox(State(target: (host, port)))
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            // The server is connected to first.
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { client in ProxyPair.connect(client, state) }
            .bind(host: "127.0.0.1", port: 0).get()
        guard let port = server.localAddress?.port else { throw ChannelError.unknownLocalAddress }
        let proxy = FaultProxy(port: port, state: state)
        do {
            let result = try await body(proxy)
            await proxy.stop(server)
            return result
        } catch {
            await proxy.stop(server)
            throw error
        }
    }

    private func stop(_ server: any Channel) async {
        try? await server.close()
        for pair in state.withLockedValue({ Array($0.pairs.values) }) { pair.close() }
    }

    // MARK: Faults

    /// Changes the faults of one direction.
    public func faults(_ direction: Direction, _ change: (inout Faults) -> Void) {
        let pairs = state.withLockedValue { state in
            change(&state.faults[direction, default: Faults()])
            return Array(state.pairs.values)
        }
        for pair in pairs { pair.faultsChanged() }
    }

    /// Changes the faults of both directions.
    public func faults(_ change: (inout Faults) -> Void) {
        for direction in Direction.allCases { faults(direction, change) }
    }

    /// From now on no connection gets through: it is closed as soon as it is accepted.
    public func refuseConnections(_ refuses: Bool) {
        state.withLockedValue { $0.refusesConnections = refuses }
    }

    /// From now on connections go there.
    public func redirect(to host: String, port: Int) {
        state.withLockedValue { $0.target = (host, port) }
    }

    /// Ends all connections with RST.
    public func reset() {
        for pair in state.withLockedValue({ Array($0.pairs.values) }) { pair.reset() }
    }

    /// Ends all connections with FIN.
    public func close() {
        for pair in state.withLockedValue({ Array($0.pairs.values) }) { pair.close() }
    }

    /// Sends FIN in one direction of all connections; the other goes on.
    public func halfClose(_ direction: Direction) {
        for pair in state.withLockedValue({ Array($0.pairs.values) }) { pair.halfClose(direction) }
    }

    /// Connections accepted so far.
    public var connectionCount: Int { state.withLockedValue { $0.connections } }
    /// Connections that are open.
    public var openConnections: Int { state.withLockedValue { $0.pairs.count } }
}
