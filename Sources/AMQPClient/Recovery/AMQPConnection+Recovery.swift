internal import Logging
internal import NIOCore

// From the loss of a connection to its return.
extension AMQPConnection {
    /// The connection broke, and not because it was closed from here: ends it, or begins to recover it.
    ///
    /// - Parameter method: What the server is still to be told.
    func lose(_ error: AMQPError, lastly method: (any MethodArguments)? = nil) {
        guard isEstablished || !options.recovery.isEnabled else {
            // Whoever is connecting for the first time finds out, and goes on to the next address.
            phase = .lost(error)
            return dropSocket()
        }
        guard case .open = phase, options.recovery.isEnabled, mayRecover(from: error) else {
            return endNow(because: error, lastly: method)
        }
        let interruption = AMQPError.interrupted(by: error)
        logger.debug("connection lost", metadata: [LogKey.broker: "\(address)", LogKey.error: "\(error)"])
        // First of all: the write below may fail, and then leads here again.
        phase = .lost(interruption)
        // Confirms that came before it still count; deliveries do not, for nobody could settle them.
        // Without acknowledgement they exist nowhere else any more.
        batches.removeAll { $0.inbox.needsSettling }
        handOver()
        if let method {
            outbox.answerClose(method, channel: 0)
            flush()
        }
        dropSocket()
        secretRenewal?.cancel()
        if outbox.blocked != nil { tell(.unblocked) }
        outbox.suspendAll(because: interruption)
        calls.fail(interruption)
        for case let state? in channels { suspendOrEnd(state, interruption) }
        tell(.lost(error))
        // An attempt that is under way hears of this by its own calls.
        guard recovery == nil else { return }
        if let recoveredAt, NIODeadline.now() - recoveredAt < Self.stablePeriod {
            // It was hardly there: whoever drops us again is not to be bothered more often for it.
            schedule?.goOn(lost: addressIndex)
        } else {
            schedule = ReconnectSchedule(
                options.recovery.backoff, addressCount: addresses.count, lost: addressIndex,
                isMaintenance: error.isMaintenance)
        }
        recovery = Task { await self.recover(since: .now(), error) }
    }

    /// A connection that lasts so long counts as restored, and backoff begins anew after it.
    private static let stablePeriod = TimeAmount.seconds(10)

    private func mayRecover(from error: AMQPError) -> Bool {
        RecoveryVerdict.onLoss(error, credentialsCanChange: options.credentialsProvider != nil) == .retry
            && !breaker.trips(error, now: .now())
    }

    private func suspendOrEnd(_ state: ChannelState, _ interruption: AMQPError) {
        switch state.role {
        // A channel that is both is being replaced.
        case .user where !state.isClosing || state.isSuspended, .publisher where !state.isClosing || state.isSuspended:
            state.suspend(because: interruption)
        case .transaction where !state.isClosing:
            let error = AMQPError(
                .channelClosed, "the transaction was lost with its connection: \(interruption.message)",
                remedy: "Nothing since its last commit took effect; begin another one", reply: interruption.reply)
            outbox.close(state.key, lastly: nil, because: error)
            endChannel(state.key.number, because: error)
            freeChannels.append(state.key.number)
        case .user, .publisher, .transaction, .recovery:
            outbox.close(state.key, lastly: nil, because: interruption)
            endChannel(state.key.number, because: interruption)
            freeChannels.append(state.key.number)
        }
    }

    // MARK: Attempts

    private func recover(since start: NIODeadline, _ loss: AMQPError) async {
        var generator = SystemRandomNumberGenerator()
        var last = loss
        while true {
            let elapsed = Duration.nanoseconds((NIODeadline.now() - start).nanoseconds)
            if let limit = options.recovery.giveUpAfter, elapsed >= limit {
                return endNow(because: .notRecovered(within: limit, last))
            }
            guard let next = schedule?.attempt(elapsed: elapsed, using: &generator) else { return }
            let delay = min(next.delay, options.recovery.giveUpAfter.map { $0 - elapsed } ?? next.delay)
            tell(.reconnecting(to: addresses[next.address], in: delay))
            if delay > .zero { try? await Task.sleep(for: delay) }
            if case .closed = phase { return }
            do throws(AMQPError) {
                try await establish(next.address)
                try await restoreEverything()
                return finishRecovery(since: start)
            } catch {
                if isOver { return }
                last = error
                logger.debug(
                    "recovery failed", metadata: [LogKey.broker: "\(address)", LogKey.error: "\(error)"])
                tell(.attemptFailed(address, error))
                let verdict = RecoveryVerdict.onAttempt(
                    error, credentialsCanChange: options.credentialsProvider != nil)
                if verdict == .giveUp { return endNow(because: error) }
                // A connection that is there and does not do what it should.
                if case .open = phase { lose(error) }
            }
        }
    }

    private var isOver: Bool {
        switch phase {
        case .closed, .closing: true
        case .idle, .handshake, .open, .lost: false
        }
    }

    /// The topology on a channel of its own, then every channel with what runs on it, side by side.
    private func restoreEverything() async throws(AMQPError) {
        try await restoreTopology()
        let keys = channels.compactMap { $0?.isSuspended == true ? $0?.key : nil }
        // Decided now: a child that starts after the next loss must not take that socket for this one.
        let attempt = attempt
        let failure = await withTaskGroup(of: AMQPError?.self) { group in
            for key in keys {
                group.addTask {
                    do throws(AMQPError) {
                        try await self.restoreChannel(key, attempt: attempt)
                        return nil
                    } catch {
                        return error
                    }
                }
            }
            var first: AMQPError?
            for await failure in group where first == nil { first = failure }
            return first
        }
        if let failure { throw failure }
        switch phase {
        case .open: break
        case .lost(let error), .closed(let error): throw error
        case .idle, .handshake, .closing: throw .closedByUs
        }
    }

    private func finishRecovery(since start: NIODeadline) {
        recovery = nil
        recoveredAt = .now()
        let elapsed = Duration.nanoseconds((NIODeadline.now() - start).nanoseconds)
        logger.debug("connection recovered", metadata: [LogKey.broker: "\(address)"])
        for waiter in waitingForRecovery.leaveAll() { waiter.resolve(.success(())) }
        finishEstablishing()
        tell(.recovered(address, after: elapsed))
    }

    // MARK: Waiting for it

    /// The channel, once it can be used.
    ///
    /// - Throws: Why it has ended; `connectionLost` if it is not restored by the deadline.
    func usableChannel(_ key: ChannelKey) async throws(AMQPError) -> ChannelState {
        let deadline = NIODeadline.now() + TimeAmount(options.rpcTimeout)
        while true {
            guard let state = channels[safely: key.number], state.key == key, state.isSuspended || !state.isClosing
            else {
                throw outbox.reason(key)
            }
            if !state.isSuspended { return state }
            try await waitingForRecovery.join(deadline: deadline).value()
        }
    }

    /// What was agreed, once the connection can be used.
    func usableConnection() async throws(AMQPError) -> Negotiated {
        let deadline = NIODeadline.now() + TimeAmount(options.rpcTimeout)
        while true {
            switch phase {
            case .open(let negotiated) where recovery == nil: return negotiated
            case .closed(let error): throw error
            case .idle, .closing: throw .closedByUs
            case .open, .handshake, .lost: try await waitingForRecovery.join(deadline: deadline).value()
            }
        }
    }
}

extension AMQPError {
    /// Nothing can be sent at this moment.
    static let interrupted = AMQPError(
        .connectionLost, "the connection is lost and is being recovered", remedy: "Try again; it may take a while")

    static func interrupted(by error: AMQPError) -> AMQPError {
        AMQPError(
            .connectionLost, error.message,
            remedy: "The connection is being recovered; what was under way may or may "
                + "not have happened", reply: error.reply)
    }

    static let notRecoveredInTime = AMQPError(
        .connectionLost, "the connection is lost and was not recovered in time",
        remedy: "Is the broker running? The connection's events say what was tried")

    static func notRecovered(within limit: Duration, _ last: AMQPError) -> AMQPError {
        AMQPError(
            .connectionClosed, "the connection was not recovered within \(limit): \(last.message)",
            remedy: last.remedy, reply: last.reply)
    }
}
