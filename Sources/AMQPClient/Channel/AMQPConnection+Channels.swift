internal import NIOCore

// Channels and calls: numbers, questions and answers.
extension AMQPConnection {
    /// Opens a channel. Channels are long-lived: open few, and not one per message.
    ///
    /// - Throws: ``AMQPError`` with code `noChannelLeft` when all numbers agreed on are in use.
    public func openChannel() async throws(AMQPError) -> AMQPChannel {
        AMQPChannel(connection: self, key: try await openChannel(role: .user))
    }

    /// A channel in the mode that `select` chooses, if any.
    func openChannel(
        role: ChannelState.Role,
        select: (@Sendable (isolated AMQPConnection, ChannelKey) async throws(AMQPError) -> Void)? = nil
    ) async throws(AMQPError) -> ChannelKey {
        while true {
            _ = try await usableConnection()
            // A task that prefers an executor is suspended here, and the connection may have been lost meanwhile.
            guard case .open(let negotiated) = phase, recovery == nil else { continue }
            let state = try addChannel(negotiated, role: .recovery)
            do throws(AMQPError) {
                _ = try await callOrClose(ChannelOpen(), on: state.key)
                try await select?(self, state.key)
                // Lost between the answer and here, it has ended.
                guard channels[safely: state.key.number] === state else { continue }
                // From here on it survives the connection.
                state.role = role
                return state.key
            } catch {
                guard error.code == .connectionLost, !Task.isCancelled else { throw error }
            }
        }
    }

    func addChannel(_ negotiated: Negotiated, role: ChannelState.Role) throws(AMQPError) -> ChannelState {
        let number = try nextChannelNumber(negotiated)
        epochs += 1
        let key = ChannelKey(number: number, id: epochs)
        let epoch = ChannelEpoch(connection: self, channel: key, serial: epochs)
        let state = ChannelState(epoch: epoch, maximumBodySize: options.maximumBodySize)
        state.role = role
        channels[Int(number)] = state
        outbox.open(epoch)
        return state
    }

    private func nextChannelNumber(_ negotiated: Negotiated) throws(AMQPError) -> UInt16 {
        if let number = freeChannels.popLast() { return number }
        // Number 0 is the connection's own.
        if channels.isEmpty { channels.append(nil) }
        guard let number = UInt16(exactly: channels.count), number <= negotiated.channelMax else {
            throw AMQPError(
                .noChannelLeft, "all \(negotiated.channelMax) channels of the connection are in use",
                remedy: "Close some, share them, or open another connection")
        }
        channels.append(nil)
        return number
    }

    // MARK: Calls

    /// Sends a method and waits for its answer; during an outage, first for its end.
    ///
    /// - Parameters:
    ///   - isRepeatable: Whether doing it twice does no harm, so that it is done again when the connection was lost
    ///     before the answer came.
    ///   - onAnswer: See ``PendingCalls/Call/onAnswer``.
    func call<Request: MethodRequest>(
        _ request: Request,
        on key: ChannelKey,
        isRepeatable: Bool = false,
        onAnswer: ((Reply) -> Void)? = nil
    ) async throws(AMQPError) -> Request.Reply {
        while true {
            _ = try await usableChannel(key)
            do throws(AMQPError) {
                let waiter = try begin(request, on: key, replies: [Request.Reply.id], onAnswer: onAnswer)
                return try Self.typed(await waiter.value())
            } catch {
                guard isRepeatable, error.code == .connectionLost, !Task.isCancelled else { throw error }
            }
        }
    }

    /// As ``call(_:on:isRepeatable:)``; if no answer came in time, the channel is closed, for nobody would have it.
    func callOrClose<Request: MethodRequest>(
        _ request: Request,
        on key: ChannelKey
    ) async throws(AMQPError) -> Request.Reply {
        do throws(AMQPError) {
            return try await call(request, on: key)
        } catch {
            beginClosing(key)
            throw error
        }
    }

    /// Question, waiter and place in the queue of answers, in one step.
    func begin(
        _ request: some MethodArguments,
        on key: ChannelKey,
        replies: [MethodID],
        givesBackUnwanted: Bool = false,
        isRecovering: Bool = false,
        onAnswer: ((Reply) -> Void)? = nil
    ) throws(AMQPError) -> Waiter<Reply> {
        let needsFlush = try outbox.send(request, on: key, isRecovering: isRecovering)
        // What is open in the outbox is open here too, unless it ends at this very moment.
        guard let state = channels[safely: key.number], state.key == key else { throw .closedByUs }
        let deadline = NIODeadline.now() + TimeAmount(options.rpcTimeout)
        let waiter = state.calls.append(
            type(of: request).id, replies: replies, deadline: deadline, givesBackUnwanted: givesBackUnwanted,
            onAnswer: onAnswer)
        if needsFlush { requestFlush() }
        return waiter
    }

    static func typed<Wanted: MethodArguments>(_ reply: Reply) throws(AMQPError) -> Wanted {
        guard case .method(let method) = reply, let wanted = method.arguments as? Wanted else {
            throw .malformed("the server's answer is of the wrong kind")
        }
        return wanted
    }

    func lifeEnded(of key: ChannelKey) async -> AMQPError {
        guard let state = channels[safely: key.number], state.key == key else { return outbox.reason(key) }
        switch await state.epoch.end.sharedResult() {
        case .failure(let error): return error
        }
    }

    // MARK: Closing a channel

    func closeChannel(_ key: ChannelKey) async throws(AMQPError) {
        if case .open = phase, channels[safely: key.number]?.isSuspended == true {
            // It is just being restored, and can be closed when it is open.
            _ = try? await usableChannel(key)
        }
        guard let waiter = beginClosing(key) else { return }
        do throws(AMQPError) {
            _ = try await waiter.value()
        } catch  where error.code == .connectionLost {
            // It is gone with the connection, and is not restored.
        }
    }

    @discardableResult
    private func beginClosing(_ key: ChannelKey) -> Waiter<Reply>? {
        guard let state = channels[safely: key.number], state.key == key, state.isSuspended || !state.isClosing
        else { return nil }
        let error = AMQPError(.channelClosed, "the channel was closed", remedy: "Open a new one")
        handOver()
        if state.isSuspended, state.isClosing {
            // It is being replaced: the answer to that goodbye frees the number, and begins nothing any more.
            state.isSuspended = false
            state.replacedBecause = nil
            outbox.close(key, lastly: nil, because: error)
            for consumer in state.consumers { consumer.inbox.finish(.failure(error)) }
            for waiter in waitingForRecovery.leaveAll() { waiter.resolve(.success(())) }
            return nil
        }
        if state.isSuspended, state.epoch.end.isResolved {
            // It has no life on the wire that could be closed.
            outbox.close(key, lastly: nil, because: error)
            endChannel(key.number, because: error)
            freeChannels.append(key.number)
            return nil
        }
        // Recovery, if it is just opening it again, hears of it by its call.
        state.isSuspended = false
        outbox.close(key, lastly: ChannelClose(replyCode: 200, replyText: "Goodbye"), because: error)
        state.epoch.end.resolve(.failure(error))
        for consumer in state.consumers { consumer.inbox.finish(.failure(error)) }
        state.calls.fail(error)
        state.isClosing = true
        let deadline = NIODeadline.now() + TimeAmount(options.rpcTimeout)
        let waiter = state.calls.append(ChannelClose.id, replies: [ChannelCloseOk.id], deadline: deadline)
        for waiter in waitingForRecovery.leaveAll() { waiter.resolve(.success(())) }
        flush()
        return waiter
    }
}
