internal import NIOCore
internal import NIOTLS

/// Hands what the socket says to the connection. Both live on the same event loop, so this is a plain call.
final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let connection: AMQPConnection
    /// Which socket of the connection this is.
    private let attempt: Int
    /// With TLS nothing is said before its handshake is done and the certificate accepted.
    private let tls: TLSSession?

    init(_ connection: AMQPConnection, attempt: Int, tls: TLSSession?) {
        self.connection = connection
        self.attempt = attempt
        self.tls = tls
    }

    func channelActive(context: ChannelHandlerContext) {
        if tls == nil { open(context.channel) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let tls, case TLSUserEvent.handshakeCompleted? = event as? TLSUserEvent {
            do throws(AMQPError) {
                try tls.verifyPeer(of: context.channel)
                open(context.channel)
            } catch {
                fail(error, context)
            }
        }
        context.fireUserInboundEventTriggered(event)
    }

    private func open(_ socket: any NIOCore.Channel) {
        connection.assumeIsolated { [attempt] in $0.socketOpened(socket, attempt: attempt) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        connection.assumeIsolated { [attempt] in $0.received(bytes, attempt: attempt) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        connection.assumeIsolated { $0.handOver() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        connection.assumeIsolated { $0.flush() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        guard tls != nil else {
            return connection.assumeIsolated { [attempt] in $0.socketClosed(nil, attempt: attempt) }
        }
        // swift-nio-ssl tells why only after this.
        context.eventLoop.execute { [connection, attempt] in
            connection.assumeIsolated { $0.socketClosed(nil, attempt: attempt) }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(error, context)
    }

    private func fail(_ error: any Error, _ context: ChannelHandlerContext) {
        let failure = SocketFailure(error, on: context.channel)
        context.close(promise: nil)
        connection.assumeIsolated { [attempt] in $0.socketClosed(failure, attempt: attempt) }
    }
}
