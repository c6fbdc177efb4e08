public import Logging
internal import NIOCore
internal import NIOPosix

/// One connection to a broker, shared by any number of channels, publishers and consumers.
///
///     let connection = try await AMQPConnection.connect(to: "amqp://localhost")
///     let channel = try await connection.openChannel()
///
/// It is an actor that runs on its event loop: what librabbitmq decodes and all connection state are confined to that
/// one thread. Open one connection for publishing and another for consuming in a busy process: RabbitMQ stops reading
/// from publishers during an alarm, and acks would wait with them.
///
/// Close it with ``close(timeout:)``; it does not close by going out of scope.
public actor AMQPConnection {
    public nonisolated let address: BrokerAddress
    public nonisolated var unownedExecutor: UnownedSerialExecutor { eventLoop.executor.asUnownedSerialExecutor() }

    nonisolated let options: Options
    nonisolated let outbox: Outbox
    nonisolated let eventLoop: any EventLoop
    nonisolated let logger: Logger
    nonisolated let ended = Waiter<Void>()
    private nonisolated let executor: EventLoopTaskExecutor

    /// What the frames change; grouped by the file that changes it.
    var phase: Phase
    /// Whether ``phase`` is closed; asked per frame, where copying the phase would show.
    var isEnded = false
    var reader = FrameReader(frameMax: Handshake.frameMaxBeforeTune)
    let arena = WireArena()
    var heartbeat = HeartbeatMonitor(interval: .zero, now: .now())
    var channels: [ChannelState?] = []
    var freeChannels: [UInt16] = []
    var epochs: UInt64 = 0
    var consumerTags = 0
    /// What one read brings, handed over at its end: one locking and one wake-up per batch.
    var batches: [(inbox: DeliveryInbox, deliveries: [Delivery])] = []
    var answers: [Outbox.Answer] = []
    var pausedInboxes: Set<ObjectIdentifier> = []
    var socket: (any NIOCore.Channel)?
    var housekeeping: RepeatedTask?

    enum Phase {
        case handshake(Handshake, Waiter<Negotiated>)
        case open(Negotiated)
        /// After our own `connection.close`.
        case closing(Negotiated, Waiter<Void>)
        case closed(AMQPError)
    }

    private init(address: BrokerAddress, options: Options, logger: Logger, established: Waiter<Negotiated>) {
        eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        executor = EventLoopTaskExecutor(eventLoop)
        outbox = Outbox(maximumBytes: options.maximumOutboxBytes)
        self.address = address
        self.options = options
        var logger = logger
        logger[metadataKey: LogKey.broker] = "\(address)"
        self.logger = logger
        phase = .handshake(Handshake(address: address, options: options), established)
    }

    // MARK: Connecting

    /// Connects, logs in and opens the virtual host.
    ///
    /// - Parameters:
    ///   - uri: For example `amqp://user:password@host:5672/vhost`; see ``BrokerAddress``.
    ///   - logger: Gets entries at `debug` and `trace`, never a payload or a password.
    /// - Throws: ``AMQPError``: `invalidURI`, `connectFailed`, `authenticationFailed`, `virtualHostRefused`,
    ///   `handshakeFailed`, `timeout`.
    public static func connect(
        to uri: String,
        options: Options = Options(),
        logger: Logger = Logger(label: "AMQPClient", factory: { _ in SwiftLogNoOpLogHandler() })
    ) async throws(AMQPError) -> AMQPConnection {
        try await connect(to: BrokerAddress(uri: uri), options: options, logger: logger)
    }

    /// Connects, logs in and opens the virtual host.
    public static func connect(
        to address: BrokerAddress,
        options: Options = Options(),
        logger: Logger = Logger(label: "AMQPClient", factory: { _ in SwiftLogNoOpLogHandler() })
    ) async throws(AMQPError) -> AMQPConnection {
        try options.validate()
        let established = Waiter<Negotiated>()
        let connection = AMQPConnection(address: address, options: options, logger: logger, established: established)
        let timeout =
            address.connectionTimeout.map { TimeAmount.milliseconds(Int64($0)) } ?? TimeAmount(options.connectTimeout)
        connection.openSocket(established, timeout: timeout)
        let deadline = connection.eventLoop.scheduleTask(in: timeout) {
            established.resolve(
                .failure(
                    AMQPError(
                        .timeout, "no AMQP handshake with \(address) within \(timeout.seconds) s",
                        remedy: "Check host and port, and that nothing between drops packets")))
        }
        defer { deadline.cancel() }
        do throws(AMQPError) {
            _ = try await established.value()
            connection.logger.debug("connected")
            return connection
        } catch {
            await connection.end(because: error)
            throw error
        }
    }

    private nonisolated func openSocket(_ established: Waiter<Negotiated>, timeout: TimeAmount) {
        let address = address
        ClientBootstrap(group: eventLoop)
            .connectTimeout(timeout)
            .channelOption(.writeBufferWaterMark, value: .init(low: 64 * 1024, high: 256 * 1024))
            .channelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(minimum: 2048, initial: 16 * 1024, maximum: 64 * 1024)
            )
            .channelInitializer { socket in
                socket.eventLoop.makeCompletedFuture {
                    try socket.pipeline.syncOperations.addHandler(ConnectionHandler(self))
                }
            }
            .connect(host: address.host, port: address.port)
            .whenFailure { error in
                established.resolve(.failure(.connectFailed(address, error)))
            }
    }

    // MARK: What was agreed

    /// What the server says of itself, for example its version.
    public var server: ServerInfo? { negotiated?.server }

    /// Largest frame in bytes, with the frame's own 8.
    public var frameMax: Int? { negotiated?.frameMax }

    var negotiated: Negotiated? {
        switch phase {
        case .open(let negotiated), .closing(let negotiated, _): negotiated
        case .handshake, .closed: nil
        }
    }

    /// Why the server blocks publishing on this connection, or `nil`.
    public nonisolated var blockedReason: String? { outbox.blocked }

    /// Runs tasks on this connection's event loop.
    ///
    /// A loop that takes deliveries and acks them is fastest there, as long as it never blocks:
    ///
    ///     try await withTaskExecutorPreference(connection.taskExecutor) {
    ///         for try await delivery in consumer { … }
    ///     }
    public nonisolated var taskExecutor: any TaskExecutor { executor }

    // MARK: Ending

    /// Waits until the connection has ended, and says why; `nil` after ``close(timeout:)``.
    public nonisolated func waitUntilClosed() async -> AMQPError? {
        if case .failure(let error) = await ended.sharedResult() { error } else { nil }
    }

    /// Ends the connection and loses nothing that was accepted: open publishes are confirmed first.
    ///
    /// - Parameter timeout: For the confirms and again for the server's consent. After it the socket is closed all the
    ///   same, and what was not confirmed ends as unknown.
    public func close(timeout: Duration = .seconds(10)) async {
        // Not as part of the caller's task: a cancelled one has to close as well, and loses nothing either.
        await Task { await self.closeGracefully(timeout: TimeAmount(timeout)) }.value
    }

    private func closeGracefully(timeout: TimeAmount) async {
        let deadline = NIODeadline.now() + timeout
        for publisher in outbox.publishers {
            guard let settled = try? outbox.drain(publisher, deadline: deadline) else { continue }
            _ = await settled.result()
        }
        switch phase {
        case .closed: return
        case .handshake: return await end(because: .closedByUs)
        case .closing(_, let consent): return _ = await consent.sharedResult()
        case .open(let negotiated):
            let consent = Waiter<Void>()
            phase = .closing(negotiated, consent)
            outbox.close(lastly: ConnectionClose(replyCode: 200, replyText: "Goodbye"), because: .closedByUs)
            flush()
            let overdue = eventLoop.scheduleTask(in: timeout) { _ = consent.resolve(.success(())) }
            _ = await consent.sharedResult()
            overdue.cancel()
            await end(because: .closedByUs)
        }
    }
}

extension AMQPError {
    static let closedByUs = AMQPError(.connectionClosed, "the connection was closed", remedy: "Connect again")
}

extension TimeAmount {
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        // NIO counts nanoseconds in 64 bits, which is 292 years.
        let limit: Int64 = 9_000_000_000
        self = .seconds(min(max(seconds, -limit), limit)) + .nanoseconds(attoseconds / 1_000_000_000)
    }

    var seconds: Double { Double(nanoseconds / 1_000_000) / 1000 }
}
