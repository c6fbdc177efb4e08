internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOPosix

/// One connection through a ``FaultProxy``: two sockets on one event loop.
final class ProxyPair: Sendable {
    private let client: any Channel
    private let server: any Channel
    private let state: NIOLockedValueBox<FaultProxy.State>

    private init(client: any Channel, server: any Channel, state: NIOLockedValueBox<FaultProxy.State>) {
        self.client = client
        self.server = server
        self.state = state
    }

    /// Connects to the target and puts both together.
    static func connect(
        _ client: any Channel,
        _ state: NIOLockedValueBox<FaultProxy.State>
    ) -> EventLoopFuture<Void> {
        let (target, refuses) = state.withLockedValue { state in
            state.connections += 1
            return (state.target, state.refusesConnections)
        }
        guard !refuses else { return client.close() }
        return ClientBootstrap(group: client.eventLoop)
            .channelOption(.autoRead, value: false)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: target.host, port: target.port)
            .flatMap { server in
                let pair = ProxyPair(client: client, server: server, state: state)
                return client.eventLoop.makeCompletedFuture {
                    try client.pipeline.syncOperations.addHandler(
                        ProxyHandler(to: server, direction: .toServer, state: state))
                    try server.pipeline.syncOperations.addHandler(
                        ProxyHandler(to: client, direction: .toClient, state: state))
                    pair.register()
                }
            }
            .flatMapError { error in client.close().flatMapThrowing { throw error } }
    }

    private func register() {
        let id = ObjectIdentifier(self)
        state.withLockedValue { $0.pairs[id] = self }
        client.closeFuture.and(server.closeFuture).whenComplete { [state] _ in
            state.withLockedValue { $0.pairs[id] = nil }
        }
        client.closeFuture.whenComplete { [server] _ in server.close(promise: nil) }
        faultsChanged()
    }

    /// Reading goes on, or not.
    func faultsChanged() {
        let faults = state.withLockedValue { $0.faults }
        client.setOption(.autoRead, value: faults[.toServer]?.isStalled != true).whenFailure { _ in }
        server.setOption(.autoRead, value: faults[.toClient]?.isStalled != true).whenFailure { _ in }
    }

    func reset() {
        for socket in [client, server] { socket.closeWithReset().whenFailure { _ in } }
    }

    func close() {
        client.close(promise: nil)
        server.close(promise: nil)
    }

    func halfClose(_ direction: FaultProxy.Direction) {
        (direction == .toServer ? server : client).close(mode: .output, promise: nil)
    }
}

/// Passes the bytes of one direction on, with its faults.
private final class ProxyHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let target: any Channel
    private let direction: FaultProxy.Direction
    private let state: NIOLockedValueBox<FaultProxy.State>
    /// Nothing overtakes what was read before.
    private var nextAt = NIODeadline.distantPast
    private var bytesPassed = 0

    init(to target: any Channel, direction: FaultProxy.Direction, state: NIOLockedValueBox<FaultProxy.State>) {
        self.target = target
        self.direction = direction
        self.state = state
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        let faults = state.withLockedValue { $0.faults[direction] } ?? FaultProxy.Faults()
        guard !faults.isBlackHole else { return }
        if let every = faults.corruptsEvery { corrupt(&bytes, every) }
        guard let slice = faults.slice else { return pass(bytes, faults) }
        while let piece = bytes.readSlice(length: min(slice, bytes.readableBytes)), piece.readableBytes > 0 {
            pass(piece, faults)
        }
    }

    private func corrupt(_ bytes: inout ByteBuffer, _ every: Int) {
        for index in bytes.readerIndex..<bytes.writerIndex {
            bytesPassed += 1
            guard bytesPassed % every == 0, let byte = bytes.getInteger(at: index, as: UInt8.self) else { continue }
            bytes.setInteger(byte ^ 0x10, at: index)
        }
    }

    private func pass(_ bytes: ByteBuffer, _ faults: FaultProxy.Faults) {
        let now = NIODeadline.now()
        var at = max(nextAt, now + TimeAmount.nanoseconds(Int64(faults.delay / .nanoseconds(1))))
        if let bandwidth = faults.bandwidth {
            at = at + .nanoseconds(Int64(bytes.readableBytes) * 1_000_000_000 / Int64(max(1, bandwidth)))
        }
        guard at > now else { return target.writeAndFlush(bytes, promise: nil) }
        nextAt = at
        let target = target
        target.eventLoop.scheduleTask(deadline: at) { target.writeAndFlush(bytes, promise: nil) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent { target.close(mode: .all, promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        // After what is still on its way.
        let target = target
        target.eventLoop.scheduleTask(deadline: max(nextAt, .now())) { target.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
