internal import Logging
internal import NIOCore
internal import NIOPosix

// One attempt to connect: socket, TLS, login, virtual host.
extension AMQPConnection {
    /// Tries every address once.
    func establishFirst() async throws(AMQPError) {
        startHousekeeping()
        var failures: [AMQPError] = []
        for index in addresses.indices {
            do throws(AMQPError) {
                try await establish(index)
                logger.debug("connected", metadata: [LogKey.broker: "\(address)"])
                return finishEstablishing()
            } catch {
                failures.append(error)
                if RecoveryVerdict.onAttempt(error, credentialsCanChange: false) == .giveUp { throw error }
            }
        }
        throw .noneReachable(failures)
    }

    /// Nothing suspends between this and the return to whoever waited for the connection.
    func finishEstablishing() {
        isEstablished = true
        renewSecretInTime()
    }

    /// - Throws: Why it failed; the connection then has no socket.
    func establish(_ index: Int) async throws(AMQPError) {
        addressIndex = index
        let timeout =
            addresses[index].connectionTimeout.map { TimeAmount.milliseconds(Int64($0)) }
            ?? TimeAmount(options.connectTimeout)
        let deadline = NIODeadline.now() + timeout
        let address = try await withPresentCredentials(addresses[index], deadline)
        let tls = try await Self.prepareTLS(address)
        if case .closed(let error) = phase { throw error }
        let established = Waiter<Negotiated>()
        attempt += 1
        reader = FrameReader(frameMax: Handshake.frameMaxBeforeTune)
        phase = .handshake(Handshake(address: address, options: options), established)
        let overdue = eventLoop.scheduleTask(deadline: deadline) {
            established.resolve(.failure(.handshakeTimeout(address, timeout)))
        }
        defer { overdue.cancel() }
        openSocket(to: address, tls, established, timeout: timeout)
        do throws(AMQPError) {
            _ = try await established.value()
            // It may have been lost again between the last frame of the handshake and this line.
            if case .lost(let error) = phase { throw error }
        } catch {
            if case .closed = phase { throw error }
            dropSocket()
            phase = .lost(error)
            throw error
        }
    }

    private func withPresentCredentials(
        _ address: BrokerAddress,
        _ deadline: NIODeadline
    ) async throws(AMQPError) -> BrokerAddress {
        guard let provider = options.credentialsProvider else { return address }
        let answer = try await provider.answer(deadline: deadline, on: eventLoop)
        secretValidity = answer.validFor
        var address = address
        address.credentials = answer.credentials
        return address
    }

    /// On another thread: certificates are read from files.
    private static func prepareTLS(_ address: BrokerAddress) async throws(AMQPError) -> TLSSession? {
        guard let tls = address.tls else { return nil }
        let preparing = Task.detached {
            do throws(AMQPError) {
                return Result<TLSSession, AMQPError>.success(try tls.session(for: address))
            } catch {
                return .failure(error)
            }
        }
        return try await preparing.value.get()
    }

    private func openSocket(
        to address: BrokerAddress,
        _ tls: TLSSession?,
        _ established: Waiter<Negotiated>,
        timeout: TimeAmount
    ) {
        let attempt = attempt
        ClientBootstrap(group: eventLoop)
            .connectTimeout(timeout)
            .channelOption(.writeBufferWaterMark, value: .init(low: 64 * 1024, high: 256 * 1024))
            .channelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(minimum: 2048, initial: 16 * 1024, maximum: 64 * 1024)
            )
            .channelInitializer { socket in
                socket.eventLoop.makeCompletedFuture {
                    try tls?.addHandler(to: socket)
                    try socket.pipeline.syncOperations.addHandler(
                        ConnectionHandler(self, attempt: attempt, tls: tls))
                }
            }
            .connect(host: address.host, port: address.port)
            .whenFailure { error in
                established.resolve(.failure(.connectFailed(address, error)))
            }
    }
}

extension AMQPError {
    static func handshakeTimeout(_ address: BrokerAddress, _ timeout: TimeAmount) -> AMQPError {
        AMQPError(
            .timeout, "no AMQP handshake with \(address) within \(timeout.seconds) s",
            remedy: "Check host and port, and that nothing between drops packets"
                + (address.tls == nil ? "; a port that expects TLS (amqps://) stays silent" : ""))
    }

    /// Everything that was tried, in one sentence.
    package static func noneReachable(_ failures: [AMQPError]) -> AMQPError {
        guard failures.count > 1, var error = failures.last else {
            return failures.first ?? AMQPError(.connectFailed, "there is no address to connect to")
        }
        error.message =
            "none of \(failures.count) brokers answers: " + failures.map(\.message).joined(separator: "; ")
        return error
    }
}
