internal import Logging
internal import NIOCore

// A channel again, with what ran on it: after the connection was lost, or after the server ended the channel or one of
// its consumers through no fault of its users.
extension AMQPConnection {
    /// Opens a suspended channel again, in a new epoch: `channel.open`, confirm mode, consumers; then everybody else.
    ///
    /// A consumer that the server refuses ends with its error; the others are started.
    ///
    /// - Throws: If the connection fails.
    func restoreChannel(_ key: ChannelKey) async throws(AMQPError) {
        let deadline = NIODeadline.now() + TimeAmount(options.recovery.lockedEntityTimeout)
        let attempt = attempt
        while attempt == self.attempt, let state = channels[safely: key.number], state.key == key, state.isSuspended {
            do throws(RestoringError) {
                try await reopen(state)
                // Whoever reads the answer and this line are the same event loop, so nothing has come between.
                guard attempt == self.attempt, state.isSuspended else { return }
                state.isSuspended = false
                for waiter in waitingForRecovery.leaveAll() { waiter.resolve(.success(())) }
                if outbox.finishRestoring(key) { flush() }
                return
            } catch {
                guard case .refused(let tag, let refusal) = error else {
                    if case .failed(let failure) = error { throw failure }
                    return
                }
                if RecoveryVerdict.isTransient(refusal), NIODeadline.now() < deadline {
                    try? await Task.sleep(for: .milliseconds(250))
                } else if let consumer = state.removeConsumer(tag) {
                    report(.consumer(tag: tag, queue: consumer.consume.queue), refusal)
                    consumer.inbox.finish(.failure(refusal))
                }
            }
        }
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
        for consumer in state.consumers where !consumer.isAbandoned {
            do throws(AMQPError) {
                _ = try await call(BasicQos(prefetchCount: consumer.prefetch), recovering: key)
                _ = try await call(consumer.consume, recovering: key)
            } catch {
                throw error.code == .channelClosed ? .refused(tag: consumer.tag, error) : .failed(error)
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

    private func restoreAlone(_ key: ChannelKey, because reason: AMQPError) {
        Task {
            do throws(AMQPError) {
                try await restoreChannel(key)
                tell(.channelRestored(key.number, because: reason))
            } catch {
                // If the connection is lost, its recovery restores this channel too.
                guard case .open = phase, recovery == nil else { return }
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
    func consumerCancelled(_ tag: String, on key: ChannelKey) async {
        guard let state = channels[safely: key.number], state.key == key, let consumer = state.consumer(tag) else {
            return
        }
        let queue = consumer.consume.queue
        let cancelled = AMQPError(.consumerCancelled, "the server cancelled the consumer \(tag) of queue \"\(queue)\"")
        do throws(AMQPError) {
            let probe = try await openRecoveryChannel()
            _ = try await call(QueueDeclare(queue: queue, passive: true), recovering: probe)
            try await closeChannel(probe)
        } catch {
            // Not the broker's word on the queue: the connection is lost, and recovery finds the consumer in its list.
            guard error.code == .channelClosed else { return }
            if error.reply?.code == 404, !RecoveryVerdict.isTransient(error) {
                topology.forgetQueue(queue)
                state.removeConsumer(tag)
                consumer.inbox.finish(
                    .failure(
                        AMQPError(
                            .consumerCancelled,
                            "the server cancelled the consumer \(tag), because its queue \"\(queue)\" was deleted",
                            remedy: "Declare it and consume again", reply: error.reply)))
                return
            }
        }
        guard channels[safely: key.number] === state, !state.isSuspended, !state.isClosing else { return }
        let interruption = AMQPError.interrupted(by: cancelled)
        outbox.suspend(
            key, lastly: ChannelClose(replyCode: 200, replyText: "Replaced after basic.cancel"), because: interruption)
        state.suspend(because: interruption)
        state.isClosing = true
        let deadline = NIODeadline.now() + TimeAmount(options.rpcTimeout)
        let closed = state.calls.append(ChannelClose.id, replies: [ChannelCloseOk.id], deadline: deadline)
        flush()
        guard case .success = await closed.result() else { return }
        restoreAlone(key, because: cancelled)
    }
}
