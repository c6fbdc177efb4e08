internal import NIOCore

// Consumers: start, cancel, give up.
extension AMQPConnection {
    /// `basic.qos` and `basic.consume` in one step, so that no other consumer's prefetch comes between.
    func startConsumer(
        _ consume: BasicConsume,
        prefetch: UInt16,
        onInterruption: @escaping @Sendable (AMQPError) -> Void,
        on key: ChannelKey
    ) async throws(AMQPError) -> Consumer {
        var consume = consume
        if consume.consumerTag.isEmpty {
            consumerTags += 1
            consume.consumerTag = "c\(consumerTags)"
        }
        let tag = consume.consumerTag
        let inbox = DeliveryInbox(needsSettling: !consume.noAck, onInterruption: onInterruption) { [weak self] inbox in
            self?.resumeReading(for: inbox)
        }
        while true {
            let state = try await usableChannel(key)
            guard state.consumer(tag) == nil else {
                throw .invalidArgument("the consumer tag \"\(tag)\" is in use on this channel")
            }
            do throws(AMQPError) {
                let qos = try begin(BasicQos(prefetchCount: prefetch), on: key, replies: [BasicQosOk.id])
                let started = try begin(consume, on: key, replies: [BasicConsumeOk.id])
                state.add(.init(consume: consume, prefetch: prefetch, inbox: inbox))
                _ = try await qos.value()
                _ = try await started.value()
                return Consumer(tag: tag, connection: self, channel: key, inbox: inbox)
            } catch {
                guard error.code == .connectionLost, !Task.isCancelled else {
                    abandonConsumer(tag, on: key, inbox)
                    throw error
                }
                // Once more after recovery, which has nothing to do with a consumer that never ran.
                if state.isSuspended { state.removeConsumer(tag) } else { abandonConsumer(tag, on: key, inbox) }
            }
        }
    }

    /// The answer ends the inbox; see ``receive(_:)``.
    func cancelConsumer(_ tag: String, on key: ChannelKey, _ inbox: DeliveryInbox) async throws(AMQPError) {
        guard let state = channels[safely: key.number], state.key == key, state.consumer(tag)?.inbox === inbox else {
            return
        }
        if !state.isSuspended {
            do throws(AMQPError) {
                _ = try await call(BasicCancel(consumerTag: tag), on: key)
                return
            } catch  where error.code == .connectionLost {
                // Then it only remains not to start it again.
            }
        }
        guard let consumer = state.consumer(tag), consumer.inbox === inbox else { return }
        if state.isSuspended {
            // Recovery may have just started it, and then cancels it.
            _ = state.abandonConsumer(tag, inbox)
            inbox.finish(.success(()))
            consumerEnded(of: consumer.consume.queue)
        } else {
            _ = try await call(BasicCancel(consumerTag: tag), on: key)
        }
    }

    /// An auto-deleted queue goes with its last consumer, and must not come back by recovery.
    func consumerEnded(of queue: String) {
        let hasOthers = channels.contains {
            $0?.consumers.contains { $0.consume.queue == queue && !$0.isAbandoned } == true
        }
        if !hasOthers { topology.lastConsumerEnded(of: queue) }
    }

    /// Cancels without waiting and gives back what nobody took.
    nonisolated func abandonConsumer(_ tag: String, on key: ChannelKey, _ inbox: DeliveryInbox) {
        eventLoop.execute {
            self.assumeIsolated { connection in
                if let state = connection.channels[safely: key.number], state.key == key,
                    state.abandonConsumer(tag, inbox), !state.isSuspended
                {
                    _ = try? connection.begin(BasicCancel(consumerTag: tag), on: key, replies: [BasicCancelOk.id])
                }
                inbox.finish(.success(()))
                for delivery in inbox.takeAll() { try? delivery.nack() }
            }
        }
    }
}

extension [ChannelState?] {
    subscript(safely number: UInt16) -> ChannelState? {
        indices.contains(Int(number)) ? self[Int(number)] : nil
    }
}
