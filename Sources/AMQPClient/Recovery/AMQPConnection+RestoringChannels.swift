internal import Logging
internal import NIOCore

// A channel again, with what ran on it: after the connection was lost, or after the server ended the channel or one of
// its consumers through no fault of its users.
extension AMQPConnection {
    /// Opens a suspended channel again, in a new epoch: `channel.open`, confirm mode, consumers; then everybody else.
    ///
    /// A consumer that the server refuses ends with its error; the others are started.
    ///
    /// - Parameter attempt: The socket that it is to be restored on.
    /// - Returns: Whether it was; otherwise somebody else closes or restores it.
    /// - Throws: If the connection fails.
    @discardableResult
    func restoreChannel(_ key: ChannelKey, attempt: Int) async throws(AMQPError) -> Bool {
        let deadline = NIODeadline.now() + TimeAmount(options.recovery.lockedEntityTimeout)
        while attempt == self.attempt, case .open = phase, let state = channels[safely: key.number], state.key == key,
            state.isSuspended
        {
            do throws(RestoringError) {
                try await reopen(state)
                guard attempt == self.attempt, state.isSuspended else { return false }
                // The server may have closed it between its last answer and this line.
                guard !state.epoch.end.isResolved else {
                    try? await Task.sleep(for: .milliseconds(50))
                    continue
                }
                state.isSuspended = false
                for waiter in waitingForRecovery.leaveAll() { waiter.resolve(.success(())) }
                if outbox.finishRestoring(key) { flush() }
                return true
            } catch {
                // Closed by its user meanwhile.
                guard state.isSuspended else { return false }
                guard case .refused(let tag, let refusal) = error else {
                    if case .failed(let failure) = error { throw failure }
                    return false
                }
                if RecoveryVerdict.isTransient(refusal), NIODeadline.now() < deadline {
                    try? await Task.sleep(for: .milliseconds(250))
                } else if let consumer = state.removeConsumer(tag) {
                    report(.consumer(tag: tag, queue: consumer.consume.queue), refusal)
                    consumer.inbox.finish(.failure(refusal))
                }
            }
        }
        return false
    }

    private enum RestoringError: Error {
        /// The connection's fault.
        case failed(AMQPError)
        /// The server closed the channel for this consumer.
        case refused(tag: String, AMQPError)
    }

    private func reopen(_ state: ChannelState) async throws(RestoringError) {
        let key = state.key
        epochs += 1
        state.epoch = ChannelEpoch(connection: self, channel: key, serial: epochs)
        outbox.beginRestoring(state.epoch)
        do throws(AMQPError) {
            _ = try await call(ChannelOpen(), recovering: key)
            if state.role == .publisher { _ = try await call(ConfirmSelect(), recovering: key) }
        } catch {
            throw .failed(error)
        }
        for tag in state.consumers.map(\.tag) {
            // Its user may have given it up meanwhile.
            guard let consumer = state.consumer(tag), !consumer.isAbandoned else { continue }
            do throws(AMQPError) {
                _ = try await call(BasicQos(prefetchCount: consumer.prefetch), recovering: key)
                _ = try await call(consumer.consume, recovering: key)
            } catch {
                throw error.code == .channelClosed ? .refused(tag: consumer.tag, error) : .failed(error)
            }
        }
        // Asked anew each time: while one is cancelled another may be given up.
        while let consumer = state.consumers.first(where: \.isAbandoned) {
            do throws(AMQPError) {
                _ = try await call(BasicCancel(consumerTag: consumer.tag), recovering: key)
                state.removeConsumer(consumer.tag)
            } catch {
                throw .failed(error)
            }
        }
    }

    // MARK: The server ended it

    /// Whether the server's reason to close a channel is one that can pass: a delivery was not acknowledged within the
    /// consumer timeout (RabbitMQ up to 4.2), which has nothing to do with what else the channel does.
    static func isRestorable(_ error: AMQPError) -> Bool {
        error.reply?.code == 406 && error.reply?.text.contains("delivery acknowledgement on channel") == true
    }

    /// Begins a new epoch of a channel that the server closed.
    func restore(_ state: ChannelState, closedBecause error: AMQPError) {
        let interruption = AMQPError.interrupted(by: error)
        outbox.suspend(state.key, lastly: ChannelCloseOk(), because: interruption)
        state.suspend(because: interruption)
        flush()
        restoreAlone(state.key, because: error)
    }

    func restoreAlone(_ key: ChannelKey, because reason: AMQPError) {
        Task { [attempt] in
            do throws(AMQPError) {
                if try await restoreChannel(key, attempt: attempt) {
                    tell(.channelRestored(key.number, because: reason))
                }
            } catch {
                // If the connection is lost, its recovery restores this channel too.
                guard case .open = phase, recovery == nil, channels[safely: key.number]?.key == key else { return }
                outbox.close(key, lastly: nil, because: error)
                endChannel(key.number, because: error)
            }
        }
    }

    /// The server cancelled a consumer: its queue was deleted, its queue's node went down, or (RabbitMQ 4.3) it held a
    /// delivery for longer than the consumer timeout. The frame does not say which.
    ///
    /// If the queue is gone the consumer ends. Otherwise the whole channel is replaced: only that makes the broker take
    /// back, at once and in every version, what the consumer held.
    ///
    /// - Parameter epoch: The life of the channel in which it was cancelled. RabbitMQ 4.3 cancels twice if two deliveries
    ///   are late; the second must not hit the channel that replaced the first.
    func consumerCancelled(_ tag: String, on key: ChannelKey, in epoch: ChannelEpoch) async {
        guard let state = channels[safely: key.number], state.epoch === epoch, let consumer = state.consumer(tag) else {
            return
        }
        let queue = consumer.consume.queue
        if let deleted = await findDeleted(queue) {
            guard state.consumer(tag)?.inbox === consumer.inbox else { return }
            topology.forgetQueue(queue)
            state.removeConsumer(tag)
            return consumer.inbox.finish(
                .failure(
                    AMQPError(
                        .consumerCancelled,
                        "the server cancelled the consumer \(tag), because its queue \"\(queue)\" was deleted",
                        remedy: "Declare it and consume again", reply: deleted.reply)))
        }
        // Cancelled while it is being restored: once that is done.
        if state.isSuspended { _ = try? await usableChannel(key) }
        guard case .open = phase, channels[safely: key.number] === state, state.epoch === epoch, !state.isSuspended,
            !state.isClosing, state.consumer(tag)?.inbox === consumer.inbox
        else { return }
        let cancelled = AMQPError(.consumerCancelled, "the server cancelled the consumer \(tag) of queue \"\(queue)\"")
        let interruption = AMQPError.interrupted(by: cancelled)
        outbox.suspend(
            key, lastly: ChannelClose(replyCode: 200, replyText: "Replaced after basic.cancel"), because: interruption)
        state.suspend(because: interruption)
        // The answer begins its next life, however late it comes.
        state.isClosing = true
        state.replacedBecause = cancelled
        let deadline = NIODeadline.now() + TimeAmount(options.rpcTimeout)
        _ = state.calls.append(ChannelClose.id, replies: [ChannelCloseOk.id], deadline: deadline)
        flush()
    }

    /// The broker's word that a queue does not exist; `nil` if it does, or if nobody knows.
    private func findDeleted(_ queue: String) async -> AMQPError? {
        do throws(AMQPError) {
            let probe = try await openRecoveryChannel()
            _ = try await call(QueueDeclare(queue: queue, passive: true), recovering: probe)
            try await closeChannel(probe)
            return nil
        } catch {
            let isDeleted = error.code == .channelClosed && error.reply?.code == 404
            return isDeleted && !RecoveryVerdict.isTransient(error) ? error : nil
        }
    }
}
