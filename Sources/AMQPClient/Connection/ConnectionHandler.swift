internal import NIOCore
internal import NIOTLS

/// Hands what the socket says to the connection. Both live on the same event loop, so this is a plain call.
final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let connection: AMQPConnection
    /// Which socket of the connection this is.
    private let attempt: Int
    /// Whether nothing may be said before the TLS handshake is done and the certificate accepted.
    private let awaitsTLS: Bool

    init(_ connection: AMQPConnection, attempt: Int, awaitsTLS: Bool) {
        self.connection = connection
        self.attempt = attempt
        self.awaitsTLS = awaitsTLS
    }

    func channelActive(context: ChannelHandlerContext) {
        if !awaitsTLS { open(context.channel) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if awaitsTLS, case TLSUserEvent.handshakeCompleted? = event as? TLSUserEvent { open(context.channel) }
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
        connection.assumeIsolated { [attempt] in $0.socketClosed(nil, attempt: attempt) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let failure = SocketFailure(error)
        context.close(promise: nil)
        connection.assumeIsolated { [attempt] in $0.socketClosed(failure, attempt: attempt) }
    }
}
