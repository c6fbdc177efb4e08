internal import AMQPClient
internal import NIOCore
internal import NIOPosix

#if TLS
    internal import NIOSSL
    internal import NIOTLS
#endif

/// A look at a TLS server without trusting it, and without being anybody.
enum TLSLook {
    enum Result: Sendable {
        case shown(TLSPeer)
        /// No TLS there, or it wants a client certificate first.
        case failed
        /// This program was built without TLS.
        case unavailable
    }

    #if TLS
        static func at(_ address: SocketAddress, serverName: String?, timeout: Duration) async -> Result {
            let loop = MultiThreadedEventLoopGroup.singleton.next()
            let shown = loop.makePromise(of: Result.self)
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.certificateVerification = .none
            configuration.minimumTLSVersion = .tlsv1
            guard let context = try? NIOSSLContext(configuration: configuration) else { return .unavailable }
            let socket = ClientBootstrap(group: loop).connectTimeout(TimeAmount(timeout))
                .channelInitializer { socket in
                    socket.eventLoop.makeCompletedFuture {
                        try socket.pipeline.syncOperations.addHandlers(
                            NIOSSLClientHandler(context: context, serverHostname: serverName), Watcher(shown))
                    }
                }
                .connect(to: address)
            socket.whenFailure { _ in shown.succeed(.failed) }
            let overdue = loop.scheduleTask(in: TimeAmount(timeout)) { shown.succeed(.failed) }
            let result = (try? await shown.futureResult.get()) ?? .failed
            overdue.cancel()
            // Not waited for: a server need not answer TLS's goodbye.
            if let socket = try? await socket.get() { socket.close(promise: nil) }
            return result
        }

        private final class Watcher: ChannelInboundHandler {
            typealias InboundIn = ByteBuffer

            private let shown: EventLoopPromise<Result>

            init(_ shown: EventLoopPromise<Result>) { self.shown = shown }

            func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
                if case TLSUserEvent.handshakeCompleted? = event as? TLSUserEvent {
                    shown.succeed(.shown(TLSPeer(context.pipeline.syncOperations)))
                }
            }

            func errorCaught(context: ChannelHandlerContext, error: any Error) {
                shown.succeed(.failed)
                context.close(promise: nil)
            }

            func channelInactive(context: ChannelHandlerContext) {
                shown.succeed(.failed)
            }
        }
    #else
        static func at(_ address: SocketAddress, serverName: String?, timeout: Duration) async -> Result {
            .unavailable
        }
    #endif
}
