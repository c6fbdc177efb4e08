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
        guard channels[safely: key.number]?.inbox(tag) == nil else {
            throw .invalidArgument("the consumer tag \"\(tag)\" is in use on this channel")
        }
        let inbox = DeliveryInbox(needsSettling: !consume.noAck) { [weak self] in self?.resumeReading() }
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

    func cancelConsumer(_ tag: String, on key: ChannelKey) async throws(AMQPError) {
        guard channels[safely: key.number]?.key == key, channels[safely: key.number]?.inbox(tag) != nil else { return }
        _ = try await call(BasicCancel(consumerTag: tag), on: key)
        // Deliveries may come until the answer does; now none will.
        handOver()
        guard channels[safely: key.number]?.key == key else { return }
        channels[Int(key.number)]?.removeConsumer(tag)?.finish(.success(()))
    }

    /// Cancels without waiting and gives back what nobody took.
    nonisolated func abandonConsumer(_ tag: String, on key: ChannelKey, _ inbox: DeliveryInbox) {
        eventLoop.execute {
            self.assumeIsolated { connection in
                guard connection.channels[safely: key.number]?.key == key else { return }
                if connection.channels[Int(key.number)]?.removeConsumer(tag) != nil {
                    try? connection.send(BasicCancel(consumerTag: tag, noWait: true), on: key)
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
