internal import AMQPCodec
public import NIOCore
public import NIOPosix

/// A scripted AMQP server that swallows what is published and blasts deliveries at whoever consumes.
///
/// It keeps no messages and checks nothing, so that it costs less than any client that is measured against it: a real
/// broker on the same cores would hide the client. Publishes on a confirm-mode channel are acked, one ack per read; a
/// consumer gets as many deliveries as its prefetch allows, and one more for each that it settles.
public enum FirehosePeer {
    /// Listens on the loopback interface until the returned channel is closed.
    ///
    /// - Parameters:
    ///   - port: 0 chooses a free one; read it from the channel's local address.
    ///   - bodySize: Bytes in the body of each delivery.
    public static func listen(
        on port: Int = 0,
        bodySize: Int = 100,
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) async throws -> any Channel {
        try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 256 * 1024))
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(FirehoseHandler(bodySize: bodySize))
                }
            }
            .bind(host: "127.0.0.1", port: port).get()
    }
}
