internal import NIOConcurrencyHelpers
public import NIOCore
internal import NIOPosix

/// An AMQP server that does what a test says: any frame, or any bytes, at any moment.
///
///     try await ScriptedPeer.run { session in
///         try await session.shakeHands()
///         try await session.answer(ChannelOpenOk())
///         try await session.send(raw: [1, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF])
///     } _: { peer in
///         … connect to peer.url …
///     }
///
/// The script runs once for each connection; when it ends, the connection is closed. It knows nothing of queues.
public final class ScriptedPeer: Sendable {
    public typealias Script = @Sendable (ScriptedSession) async throws -> Void

    public let port: Int
    private let state: NIOLockedValueBox<State>

    struct State {
        var connections = 0
        var received: [UInt8] = []
        var serving: [Task<Void, Never>] = []
    }

    /// What a test is interested in of the bytes that clients sent: not a gigabyte.
    static let receivedLimit = 1 << 20

    private init(port: Int, state: NIOLockedValueBox<State>) {
        self.port = port
        self.state = state
    }

    public var url: String { "amqp://guest:guest@127.0.0.1:\(port)" }

    /// Connections so far.
    public var connectionCount: Int { state.withLockedValue { $0.connections } }

    /// The first MiB of everything that clients sent, after TLS if there is any.
    public var received: [UInt8] { state.withLockedValue { $0.received } }

    /// Listens on the loopback interface while `body` runs.
    ///
    /// - Parameters:
    ///   - configure: Puts handlers, as for TLS, in front of the session.
    ///   - script: What the server does on each connection. What it throws ends that connection and nothing else.
    public static func run<Result>(
        configure: @escaping @Sendable (any Channel) throws -> Void = { _ in },
        script: @escaping Script,
        _ body: (ScriptedPeer) async throws -> Result
    ) async throws -> Result {
        let state = NIOLockedValueBox(State())
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { socket in
                socket.eventLoop.makeCompletedFuture {
                    try configure(socket)
                    let client = try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: socket)
                    // At once: whoever drops such a channel without having served it ends the process.
                    let serving = Task { _ = try? await serve(client, script, state) }
                    state.withLockedValue { state in
                        state.connections += 1
                        state.serving.append(serving)
                    }
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        guard let port = server.localAddress?.port else { throw ChannelError.unknownLocalAddress }
        do {
            let result = try await body(ScriptedPeer(port: port, state: state))
            await stop(server, state)
            return result
        } catch {
            await stop(server, state)
            throw error
        }
    }

    private static func stop(_ server: any Channel, _ state: NIOLockedValueBox<State>) async {
        try? await server.close()
        for serving in state.withLockedValue({ $0.serving }) { serving.cancel() }
    }

    private static func serve(
        _ client: NIOAsyncChannel<ByteBuffer, ByteBuffer>,
        _ script: Script,
        _ state: NIOLockedValueBox<State>
    ) async throws {
        try await client.executeThenClose { inbound, outbound in
            try await script(
                ScriptedSession(channel: client.channel, inbound: inbound, outbound: outbound, state: state))
        }
    }
}
