public import Logging
internal import NIOCore
internal import NIOPosix

/// One connection to a broker, shared by any number of channels, publishers and consumers.
///
///     let connection = try await AMQPConnection.connect(to: "amqp://localhost")
///     let channel = try await connection.openChannel()
///
/// When it is lost it is opened again, at another address if there is one, with everything on it; see
/// ``RecoveryPolicy``. ``Options/onEvent`` tells.
///
/// It is an actor that runs on its event loop: what librabbitmq decodes and all connection state are confined to that
/// one thread. Open one connection for publishing and another for consuming in a busy process: RabbitMQ stops reading
/// from publishers during an alarm, and acks would wait with them.
///
/// Close it with ``close(timeout:)``; it does not close by going out of scope.
public actor AMQPConnection {
    /// Where it may connect to, in the order of preference.
    public nonisolated let addresses: [BrokerAddress]
    public nonisolated var unownedExecutor: UnownedSerialExecutor { eventLoop.executor.asUnownedSerialExecutor() }

    nonisolated let options: Options
    nonisolated let outbox: Outbox
    nonisolated let eventLoop: any EventLoop
    nonisolated let logger: Logger
    nonisolated let ended = Waiter<Void>()
    private nonisolated let executor: EventLoopTaskExecutor

    /// What the frames change; grouped by the file that changes it.
    var phase = Phase.idle
    /// Counts sockets: what an earlier one still says is not listened to. Asked per frame.
    var attempt = 0
    var reader = FrameReader(frameMax: Handshake.frameMaxBeforeTune)
    let arena = WireArena()
    var heartbeat = HeartbeatMonitor(interval: .zero, now: .now())
    var calls = PendingCalls()
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
    /// Index of the address that is, or was last, connected.
    var addressIndex = 0
    var topology = Topology()
    var breaker = RecoveryBreaker()
    var recovery: Task<Void, Never>?
    var schedule: ReconnectSchedule?
    /// Whether it was ever there: before that there is nothing to recover.
    var isEstablished = false
    var recoveredAt: NIODeadline?
    var secretRenewal: Task<Void, Never>?
    /// How long the credentials of the last login are valid.
    var secretValidity: Duration?
    /// Those who wait until recovery is done.
    var waitingForRecovery = WaitingLine()

    enum Phase {
        /// No socket, and nobody has asked for one yet.
        case idle
        case handshake(Handshake, Waiter<Negotiated>)
        case open(Negotiated)
        /// No socket; recovery will open one.
        case lost(AMQPError)
        /// After our own `connection.close`.
        case closing(Negotiated, Waiter<Void>)
        case closed(AMQPError)
    }

    init(addresses: [BrokerAddress], options: Options, logger: Logger) {
        eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        executor = EventLoopTaskExecutor(eventLoop)
        outbox = Outbox(maximumBytes: options.maximumOutboxBytes)
        self.addresses = addresses
        self.options = options
        self.logger = logger
    }

    // MARK: Connecting

    /// Connects, logs in and opens the virtual host.
    ///
    /// - Parameters:
    ///   - uri: For example `amqp://user:password@host:5672/vhost`, or several hosts or URIs separated by commas; see
    ///     ``BrokerAddress/list(_:)``.
    ///   - logger: Gets entries at `debug` and `trace`, never a payload or a password.
    /// - Throws: ``AMQPError``: `invalidURI`, `connectFailed`, `tlsFailed`, `authenticationFailed`,
    ///   `virtualHostRefused`, `handshakeFailed`, `timeout`.
    public static func connect(
        to uri: String,
        options: Options = Options(),
        logger: Logger = Logger(label: "AMQPClient", factory: { _ in SwiftLogNoOpLogHandler() })
    ) async throws(AMQPError) -> AMQPConnection {
        try await connect(toAnyOf: BrokerAddress.list(uri), options: options, logger: logger)
    }

    /// Connects, logs in and opens the virtual host.
    public static func connect(
        to address: BrokerAddress,
        options: Options = Options(),
        logger: Logger = Logger(label: "AMQPClient", factory: { _ in SwiftLogNoOpLogHandler() })
    ) async throws(AMQPError) -> AMQPConnection {
        try await connect(toAnyOf: [address], options: options, logger: logger)
    }

    /// Connects to the first of several addresses that answers. Recovery goes on with the others in turn.
    ///
    /// - Throws: As ``connect(to:options:logger:)``, once every address was tried; at once if login or virtual host are
    ///   refused, which no other node of the same broker would see differently.
    public static func connect(
        toAnyOf addresses: [BrokerAddress],
        options: Options = Options(),
        logger: Logger = Logger(label: "AMQPClient", factory: { _ in SwiftLogNoOpLogHandler() })
    ) async throws(AMQPError) -> AMQPConnection {
        try options.validate()
        try BrokerAddress.validate(addresses, options)
        let connection = AMQPConnection(addresses: addresses, options: options, logger: logger)
        do throws(AMQPError) {
            try await connection.establishFirst()
            return connection
        } catch {
            await connection.end(because: error)
            throw error
        }
    }

    // MARK: What was agreed

    /// The address that is, or was last, connected.
    public var address: BrokerAddress { addresses[addressIndex] }

    /// Whether it is usable at this moment; while it is being recovered it is not.
    public var isOpen: Bool {
        if case .open = phase { recovery == nil } else { false }
    }

    /// What was agreed on when the connection was opened; `nil` while there is none.
    public var agreed: Negotiated? { negotiated }

    /// What the server says of itself, for example its version.
    public var server: ServerInfo? { negotiated?.server }

    /// Largest frame in bytes, with the frame's own 8.
    public var frameMax: Int? { negotiated?.frameMax }

    var negotiated: Negotiated? {
        switch phase {
        case .open(let negotiated), .closing(let negotiated, _): negotiated
        case .idle, .handshake, .lost, .closed: nil
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

    /// Waits until the connection has ended for good, and says why; `nil` after ``close(timeout:)``.
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
        case .idle, .handshake, .lost: return await end(because: .closedByUs)
        case .closing(_, let consent): return _ = await consent.sharedResult()
        case .open(let negotiated):
            let consent = Waiter<Void>()
            phase = .closing(negotiated, consent)
            recovery?.cancel()
            // RabbitMQ does not read from a connection that it blocks, so it would not hear the goodbye.
            let patience = outbox.blocked == nil ? timeout : min(timeout, Self.patienceWhileBlocked)
            outbox.close(lastly: ConnectionClose(replyCode: 200, replyText: "Goodbye"), because: .closedByUs)
            flush()
            let overdue = eventLoop.scheduleTask(in: patience) { _ = consent.resolve(.success(())) }
            _ = await consent.sharedResult()
            overdue.cancel()
            await end(because: .closedByUs)
        }
    }

    private static let patienceWhileBlocked = TimeAmount.milliseconds(500)
}

extension AMQPError {
    static let closedByUs = AMQPError(.connectionClosed, "the connection was closed", remedy: "Connect again")
}

extension TimeAmount {
    var seconds: Double { Double(nanoseconds / 1_000_000) / 1000 }
}
