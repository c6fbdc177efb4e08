internal import NIOCore

// Consumers: start, cancel, give up.
extension AMQPConnection {
    /// `basic.qos` and `basic.consume` in one step, so that no other consumer's prefetch comes between.
    func startConsumer(
        _ consume: BasicConsume,
        prefetch: UInt16,
        on key: ChannelKey
    ) async throws(AMQPError) -> Consumer {
        var consume = consume
        if consume.consumerTag.isEmpty {
            consumerTags += 1
            consume.consumerTag = "c\(consumerTags)"
        }
        let tag = consume.consumerTag
        guard channels[safely: key.number]?.consumer(tag) == nil else {
            throw .invalidArgument("the consumer tag \"\(tag)\" is in use on this channel")
        }
        let inbox = DeliveryInbox(needsSettling: !consume.noAck) { [weak self] inbox in self?.resumeReading(for: inbox)
        }
        let qos = try begin(BasicQos(prefetchCount: prefetch), on: key, replies: [BasicQosOk.id])
        let started = try begin(consume, on: key, replies: [BasicConsumeOk.id])
        channels[Int(key.number)]?.add(inbox, tag: tag)
        do throws(AMQPError) {
            _ = try await qos.value()
            _ = try await started.value()
            return Consumer(tag: tag, connection: self, channel: key, inbox: inbox)
        } catch {
            abandonConsumer(tag, on: key, inbox)
            throw error
        }
    }

    /// The answer ends the inbox; see ``receive(_:)``.
    func cancelConsumer(_ tag: String, on key: ChannelKey, _ inbox: DeliveryInbox) async throws(AMQPError) {
        guard let state = channels[safely: key.number], state.key == key, state.consumer(tag)?.inbox === inbox else {
            return
        }
        _ = try await call(BasicCancel(consumerTag: tag), on: key)
    }

    /// Cancels without waiting and gives back what nobody took.
    nonisolated func abandonConsumer(_ tag: String, on key: ChannelKey, _ inbox: DeliveryInbox) {
        eventLoop.execute {
            self.assumeIsolated { connection in
                if let state = connection.channels[safely: key.number], state.key == key,
                    state.abandonConsumer(tag, inbox)
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
