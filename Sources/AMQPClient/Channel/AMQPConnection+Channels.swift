internal import NIOCore

// Channels and calls: numbers, questions and answers.
extension AMQPConnection {
    /// Opens a channel. Channels are long-lived: open few, and not one per message.
    ///
    /// - Throws: ``AMQPError`` with code `noChannelLeft` when all numbers agreed on are in use.
    public func openChannel() async throws(AMQPError) -> AMQPChannel {
        let negotiated = try requireOpen()
        let number = try nextChannelNumber(negotiated)
        epochs += 1
        let key = ChannelKey(number: number, epoch: epochs)
        channels[Int(number)] = ChannelState(key: key, maximumBodySize: options.maximumBodySize)
        outbox.open(key)
        _ = try await callOrClose(ChannelOpen(), on: key)
        return AMQPChannel(connection: self, key: key)
    }

    private func requireOpen() throws(AMQPError) -> Negotiated {
        switch phase {
        case .open(let negotiated): return negotiated
        case .closed(let error): throw error
        case .handshake, .closing: throw .closedByUs
        }
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

    /// Sends a method and waits for its answer.
    func call<Request: MethodRequest>(
        _ request: Request,
        on key: ChannelKey
    ) async throws(AMQPError) -> Request.Reply {
        let waiter = try begin(request, on: key, replies: [Request.Reply.id])
        return try Self.typed(await waiter.value())
    }

    /// As ``call(_:on:)``; if no answer came in time, the channel is closed, for nobody would have it.
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
        givesBackUnwanted: Bool = false
    ) throws(AMQPError) -> Waiter<Reply> {
        let needsFlush = try outbox.send(request, on: key)
        // What is open in the outbox is open here too, unless it ends at this very moment.
        guard let state = channels[safely: key.number], state.key == key else { throw .closedByUs }
        let deadline = NIODeadline.now() + TimeAmount(options.rpcTimeout)
        let waiter = state.calls.append(
            type(of: request).id, replies: replies, deadline: deadline, givesBackUnwanted: givesBackUnwanted)
        if needsFlush { requestFlush() }
        return waiter
    }

    static func typed<Wanted: MethodArguments>(_ reply: Reply) throws(AMQPError) -> Wanted {
        guard case .method(let method) = reply, let wanted = method.arguments as? Wanted else {
            throw .malformed("the server's answer is of the wrong kind")
        }
        return wanted
    }

    // MARK: Closing a channel

    func closeChannel(_ key: ChannelKey) async throws(AMQPError) {
        guard let state = channels[safely: key.number], state.key == key, !state.isClosing else { return }
        guard let waiter = beginClosing(key) else { return }
        _ = try await waiter.value()
    }

    @discardableResult
    private func beginClosing(_ key: ChannelKey) -> Waiter<Reply>? {
        guard let state = channels[safely: key.number], state.key == key else { return nil }
        let error = AMQPError(.channelClosed, "the channel was closed", remedy: "Open a new one")
        handOver()
        outbox.close(key, lastly: ChannelClose(replyCode: 200, replyText: "Goodbye"), because: error)
        for consumer in state.consumers { consumer.inbox.finish(.failure(error)) }
        state.calls.fail(error)
        state.isClosing = true
        let deadline = NIODeadline.now() + TimeAmount(options.rpcTimeout)
        let waiter = state.calls.append(ChannelClose.id, replies: [ChannelCloseOk.id], deadline: deadline)
        flush()
        return waiter
    }
}
