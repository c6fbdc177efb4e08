internal import Logging
internal import NIOCore

// The socket's side: bytes in, bytes out, time, and the end.
extension AMQPConnection {
    /// How often deadlines and heartbeats are looked at: one timer per connection, not one per wait.
    static let housekeepingInterval = TimeAmount.milliseconds(100)

    func socketOpened(_ socket: any NIOCore.Channel, attempt: Int) {
        // After happy eyeballs only one socket becomes active; after a timeout none is wanted any more.
        guard case .handshake = phase, self.socket == nil, attempt == self.attempt else {
            return socket.close(promise: nil)
        }
        self.socket = socket
        outbox.send(raw: FrameEncoder.protocolHeader)
        // Last: a write that fails ends the connection, here and now.
        flush()
    }

    func received(_ bytes: ByteBuffer, attempt: Int) {
        guard attempt == self.attempt else { return }
        heartbeat.didReceive()
        reader.append(bytes)
        do throws(AMQPError) {
            while let frame = try reader.next() {
                try receive(frame)
                if attempt != self.attempt { return }
                reader.drop(frame)
            }
        } catch {
            if attempt == self.attempt { refuse(error) }
        }
    }

    /// Ends the connection because of what the peer sent.
    private func refuse(_ error: AMQPError) {
        logger.debug("refusing what the peer sent", metadata: [LogKey.error: "\(error)"])
        guard case .handshake(_, let waiter) = phase else {
            // 501 FRAME_ERROR; the server may read it or not, the socket is closed behind it.
            let isItsFault = error.code == .malformedFrame
            return lose(error, lastly: isItsFault ? ConnectionClose(replyCode: 501, replyText: "FRAME_ERROR") : nil)
        }
        var error = error
        if error.code == .malformedFrame {
            let peer = reader.describeForeignPeer()
            error = AMQPError(
                .handshakeFailed,
                "\(address.host):\(address.port) is " + (peer ?? "not an AMQP 0-9-1 server (\(error.message))"),
                remedy: "RabbitMQ's AMQP port is 5672, with TLS 5671; 15672 is its web page")
        }
        if error.reply != nil {
            outbox.answerClose(ConnectionCloseOk(), channel: 0)
            flush()
        }
        waiter.resolve(.failure(error))
        dropSocket()
    }

    // MARK: Out

    /// Asks the event loop to write what is in the outbox. Called by whoever appended the first bytes since.
    nonisolated func requestFlush() {
        eventLoop.execute { self.assumeIsolated { $0.flush() } }
    }

    /// Writes everything, unless the socket is full: then its becoming writable leads here again.
    func flush() {
        guard let socket, socket.isWritable else { return }
        let bytes = outbox.takeBytes()
        guard bytes.readableBytes > 0 else { return }
        heartbeat.didSend()
        socket.writeAndFlush(bytes, promise: nil)
    }

    /// Appends one method from any thread.
    nonisolated func send(_ method: some MethodArguments, on channel: ChannelKey) throws(AMQPError) {
        if try outbox.send(method, on: channel) { requestFlush() }
    }

    /// Appends one method about a delivery, if its epoch still lives.
    nonisolated func settle(_ method: some MethodArguments, of epoch: ChannelEpoch) {
        guard let step = try? outbox.settle(method, of: epoch), step.needsFlush else { return }
        requestFlush()
    }

    // MARK: Reading pauses while a consumer without acknowledgement has more than it takes

    func pauseReading(for inbox: DeliveryInbox) {
        pausedInboxes.insert(ObjectIdentifier(inbox))
        socket?.setOption(.autoRead, value: false).whenFailure { _ in }
    }

    nonisolated func resumeReading(for inbox: DeliveryInbox) {
        eventLoop.execute {
            self.assumeIsolated { connection in
                // What was read already may have filled it again meanwhile.
                guard !inbox.isReadingPaused else { return }
                connection.pausedInboxes.remove(ObjectIdentifier(inbox))
                guard connection.pausedInboxes.isEmpty else { return }
                connection.socket?.setOption(.autoRead, value: true).whenFailure { _ in }
            }
        }
    }

    // MARK: Time

    func startHousekeeping() {
        housekeeping = eventLoop.scheduleRepeatedTask(
            initialDelay: Self.housekeepingInterval, delay: Self.housekeepingInterval
        ) { _ in
            self.assumeIsolated { $0.keepHouse() }
        }
    }

    private func keepHouse() {
        let now = NIODeadline.now()
        outbox.expire(now: now, confirmTimeout: TimeAmount(options.publishTimeout))
        calls.expire(now: now)
        for channel in channels { channel?.calls.expire(now: now) }
        for waiter in waitingForRecovery.leaveExpired(now: now) { waiter.resolve(.failure(.notRecoveredInTime)) }

        guard socket != nil else { return }
        // Whoever does not listen cannot say that the other is silent.
        if !pausedInboxes.isEmpty { heartbeat.didReceive() }
        switch heartbeat.tick(now: now) {
        case .none: break
        case .send:
            outbox.send(raw: FrameEncoder.heartbeat)
            flush()
        case .peerIsDead:
            lose(
                AMQPError(
                    .connectionClosed, "nothing came from the server for twice the heartbeat; it is dead or unreachable"
                ))
        }
    }

    // MARK: The end

    func socketClosed(_ failure: SocketFailure?, attempt: Int) {
        guard attempt == self.attempt else { return }
        switch phase {
        case .handshake(let handshake, let waiter):
            waiter.resolve(.failure(failure?.duringHandshake(with: address) ?? handshake.closedByPeer()))
            dropSocket()
        case .open:
            let cause = failure.map { ": \($0.message)" } ?? ""
            lose(AMQPError(.connectionClosed, "the connection to \(address) was lost\(cause)"))
        case .closing(_, let consent):
            consent.resolve(.success(()))
        case .idle, .lost, .closed: break
        }
    }

    /// Whatever this socket still says is not heard any more.
    func dropSocket() {
        attempt += 1
        socket?.close(promise: nil)
        socket = nil
        pausedInboxes = []
        heartbeat = HeartbeatMonitor(interval: .zero, now: .now())
    }

    func end(because error: AMQPError) async {
        endNow(because: error)
    }

    /// Ends everything that waits, with the same reason, and closes the socket.
    ///
    /// - Parameter method: What the server is still to be told.
    func endNow(because error: AMQPError, lastly method: (any MethodArguments)? = nil) {
        if case .closed = phase { return }
        if case .closing(_, let consent) = phase { consent.resolve(.success(())) }
        // First of all: the write below may fail, and then leads here again.
        phase = .closed(error)
        logger.debug("connection ended", metadata: [LogKey.error: "\(error)"])
        housekeeping?.cancel()
        housekeeping = nil
        recovery?.cancel()
        secretRenewal?.cancel()
        handOver()
        outbox.close(lastly: method, because: error)
        if method != nil { flush() }
        dropSocket()
        calls.fail(error)
        for number in channels.indices { endChannel(UInt16(number), because: error) }
        channels = []
        for waiter in waitingForRecovery.leaveAll() { waiter.resolve(.failure(error)) }
        ended.resolve(error == .closedByUs ? .success(()) : .failure(error))
        options.onEvent(.ended(error == .closedByUs ? nil : error))
    }

    /// Tells the user, unless the last thing that there is to tell was told.
    func tell(_ event: ConnectionEvent) {
        if case .closed = phase { return }
        options.onEvent(event)
    }
}
