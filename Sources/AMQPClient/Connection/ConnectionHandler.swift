internal import NIOCore

/// Hands what the socket says to the connection. Both live on the same event loop, so this is a plain call.
final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let connection: AMQPConnection

    init(_ connection: AMQPConnection) {
        self.connection = connection
    }

    func channelActive(context: ChannelHandlerContext) {
        let socket = context.channel
        connection.assumeIsolated { $0.socketOpened(socket) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        connection.assumeIsolated { $0.received(bytes) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        connection.assumeIsolated { $0.handOver() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        connection.assumeIsolated { $0.flush() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        connection.assumeIsolated { $0.socketClosed(nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let cause = AMQPError.cause(error)
        connection.assumeIsolated { $0.socketClosed(cause) }
    }
}
