internal import Logging
internal import NIOCore

// What arrives, frame by frame.
extension AMQPConnection {
    func receive(_ frame: FrameHeader) throws(AMQPError) {
        guard frame.channel != 0 else { return try receiveOnConnection(frame) }
        guard let state = channels[safely: frame.channel] else {
            throw .malformed("the server sent a frame on channel \(frame.channel), which is not open")
        }
        switch frame.kind {
        case .method:
            let arena = arena
            let method = try reader.withPayload(frame) { (bytes) throws(AMQPError) -> Method in
                // The two that come per message are told apart first, without going through all the others.
                switch try MethodID(payload: bytes) {
                case BasicDeliver.id: .basicDeliver(try BasicDeliver(payload: bytes, arena: arena))
                case BasicAck.id: .basicAck(try BasicAck(payload: bytes, arena: arena))
                default: try Method(payload: bytes, arena: arena)
                }
            }
            try receive(method, on: state)
        case .header:
            let arena = arena
            let content = try reader.withPayload(frame) { (bytes) throws(AMQPError) in
                try state.assembler.header(bytes, arena: arena)
            }
            guard let content else { return }
            try receive(content, on: state)
        case .body:
            guard let content = try state.assembler.body(reader.payload(frame)) else { return }
            try receive(content, on: state)
        case .heartbeat: throw .malformed("the server sent a heartbeat on channel \(frame.channel)")
        }
    }

    // MARK: Channel 0

    private func receiveOnConnection(_ frame: FrameHeader) throws(AMQPError) {
        switch frame.kind {
        case .heartbeat:
            guard frame.payloadSize == 0 else {
                throw .malformed("the server sent a heartbeat with a payload")
            }
            return
        case .header, .body: throw .malformed("the server sent content on channel 0")
        case .method: break
        }
        let arena = arena
        let method = try reader.withPayload(frame) { (bytes) throws(AMQPError) in
            try Method(payload: bytes, arena: arena)
        }
        if case .handshake(var handshake, let waiter) = phase {
            let action = try handshake.receive(method)
            phase = .handshake(handshake, waiter)
            return try proceed(action, waiter)
        }
        switch (phase, method) {
        case (_, .connectionClose(let close)):
            if case .closing = phase {
                // Both sides closed at once: each answers the other.
                outbox.answerClose(ConnectionCloseOk(), channel: 0)
                return flush()
            }
            let reply = AMQPError.ServerReply(code: close.replyCode, text: close.replyText)
            lose(.closed(by: reply), lastly: ConnectionCloseOk())
        case (.closing(_, let consent), .connectionCloseOk): consent.resolve(.success(()))
        case (.closing, _): break
        case (_, .connectionBlocked(let blocked)):
            logger.debug("the server blocks publishing", metadata: [LogKey.error: "\(blocked.reason)"])
            outbox.setBlocked(blocked.reason)
            tell(.blocked(reason: blocked.reason))
        case (_, .connectionUnblocked):
            logger.debug("the server lets publishing go on")
            outbox.setBlocked(nil)
            tell(.unblocked)
        case (_, .connectionUpdateSecretOk): try calls.answer(ConnectionUpdateSecretOk.id, .method(method))
        case (_, let other):
            throw .malformed("the server sent method \(type(of: other.arguments).id) on channel 0")
        }
    }

    private func proceed(_ action: Handshake.Action, _ waiter: Waiter<Negotiated>) throws(AMQPError) {
        switch action {
        case .send(let methods):
            for method in methods { _ = try outbox.send(method, on: .connection) }
            flush()
        case .established(let negotiated):
            reader.frameMax = negotiated.frameMax
            outbox.setFrameMax(negotiated.frameMax)
            heartbeat = HeartbeatMonitor(interval: .seconds(Int64(negotiated.heartbeat)), now: .now())
            phase = .open(negotiated)
            // If nobody waits for it any more, because the deadline passed, whoever waited drops it.
            waiter.resolve(.success(negotiated))
        }
    }

    // MARK: Methods of channels

    private func receive(_ method: Method, on state: ChannelState) throws(AMQPError) {
        guard state.assembler.isIdle else { throw .malformed("the server sent a method in the middle of a message") }
        switch method {
        case .basicDeliver(let deliver): try state.assembler.begin(.deliver(deliver))
        case .basicReturn(let returned): try state.assembler.begin(.returned(returned))
        case .basicGetOk(let getOk): try state.assembler.begin(.getOk(getOk))
        case .basicAck(let ack):
            answers.append(
                .init(
                    channel: state.key.number, epoch: state.epoch.serial, number: ack.deliveryTag,
                    multiple: ack.multiple, nacked: false))
        case .basicNack(let nack):
            answers.append(
                .init(
                    channel: state.key.number, epoch: state.epoch.serial, number: nack.deliveryTag,
                    multiple: nack.multiple, nacked: true))
        case .channelClose(let close): closedByServer(close, on: state)
        case .channelCloseOk:
            try state.calls.answer(ChannelCloseOk.id, .method(method))
            if state.isSuspended {
                // Its next epoch follows.
                state.isClosing = false
                if let reason = state.replacedBecause {
                    state.replacedBecause = nil
                    restoreAlone(state.key, because: reason)
                }
            } else {
                channels[Int(state.key.number)] = nil
                freeChannels.append(state.key.number)
                for consumer in state.consumers { consumerEnded(of: consumer.consume.queue) }
            }
        case .basicCancel(let cancel): cancelledByServer(cancel, on: state)
        case .channelFlow(let flow):
            try? send(ChannelFlowOk(active: flow.active), on: state.key)
        case .basicCancelOk(let cancelOk) where !state.isClosing:
            // Here, not with whoever asked: that one may have given up waiting.
            handOver()
            if let consumer = state.removeConsumer(cancelOk.consumerTag) {
                consumer.inbox.finish(.success(()))
                consumerEnded(of: consumer.consume.queue)
            }
            try state.calls.answer(BasicCancelOk.id, .method(method))
        case _ where state.isClosing: break
        default:
            // What came before the answer is handed over before it.
            if !batches.isEmpty { handOver() }
            try state.calls.answer(type(of: method.arguments).id, .method(method))
        }
    }

    private func closedByServer(_ close: ChannelClose, on state: ChannelState) {
        let error = AMQPError.channelClosed(
            by: .init(code: close.replyCode, text: close.replyText),
            for: MethodID(class: close.classID, method: close.methodID))
        logger.debug(
            "the server closed a channel",
            metadata: [LogKey.channel: "\(state.key.number)", LogKey.error: "\(error)"])
        if state.isClosing {
            // Both sides closed at once: each answers the other, and the answer to ours is still to come.
            outbox.answerClose(ChannelCloseOk(), channel: state.key.number)
            return flush()
        }
        // Read with its end, they are lost before anybody has them; and without acknowledgement they exist nowhere else.
        batches.removeAll { batch in
            batch.inbox.needsSettling && state.consumers.contains { $0.inbox === batch.inbox }
        }
        if state.isSuspended {
            // Refused while it was being restored: recovery decides.
            let interruption = AMQPError.interrupted(by: error)
            handOver()
            outbox.suspend(state.key, lastly: ChannelCloseOk(), because: interruption)
            state.suspend(because: interruption, answering: error)
            return flush()
        }
        handOver()
        if options.recovery.isEnabled, Self.isRestorable(error), state.role == .user || state.role == .publisher {
            return restore(state, closedBecause: error)
        }
        outbox.close(state.key, lastly: ChannelCloseOk(), because: error)
        endChannel(state.key.number, because: error)
        freeChannels.append(state.key.number)
        // Last: a write that fails ends the connection, here and now.
        flush()
    }

    private func cancelledByServer(_ cancel: BasicCancel, on state: ChannelState) {
        logger.debug(
            "the server cancelled a consumer",
            metadata: [LogKey.channel: "\(state.key.number)", LogKey.consumer: "\(cancel.consumerTag)"])
        handOver()
        guard !state.isClosing, let consumer = state.consumer(cancel.consumerTag) else { return }
        guard !consumer.isAbandoned, options.recovery.isEnabled else {
            state.removeConsumer(cancel.consumerTag)
            return consumer.inbox.finish(
                .failure(
                    AMQPError(
                        .consumerCancelled, "the server cancelled the consumer \(cancel.consumerTag)",
                        remedy: "Its queue was deleted or is unavailable; declare it and consume again")))
        }
        Task { [key = state.key, epoch = state.epoch] in
            await consumerCancelled(cancel.consumerTag, on: key, in: epoch)
        }
    }

    /// Ends what waits on a channel. The outbox has ended its own part before.
    func endChannel(_ number: UInt16, because error: AMQPError) {
        guard let state = channels[safely: number] else { return }
        channels[Int(number)] = nil
        state.epoch.end.resolve(.failure(error))
        state.calls.fail(error)
        // Those who wait for this one are told; the others wait again.
        for waiter in waitingForRecovery.leaveAll() { waiter.resolve(.success(())) }
        for consumer in state.consumers {
            consumer.inbox.finish(.failure(error))
            consumerEnded(of: consumer.consume.queue)
        }
    }

    // MARK: Messages

    private func receive(_ content: Content, on state: ChannelState) throws(AMQPError) {
        guard !state.isClosing else { return }
        switch content.method {
        case .getOk(let getOk):
            if try state.calls.answer(BasicGetOk.id, .content(content)) {
                settle(BasicNack(deliveryTag: getOk.deliveryTag, requeue: true), of: state.epoch)
            }
        case .returned(let returned):
            let reason = ReturnReason(
                replyCode: returned.replyCode, replyText: returned.replyText, exchange: returned.exchange,
                routingKey: returned.routingKey)
            outbox.returned(state.key, reason, messageID: (try? content.properties.get())?.messageID)
        case .deliver(let deliver):
            guard let consumer = state.consumer(deliver.consumerTag) else {
                throw .malformed(
                    "the server sent a message for the consumer \(deliver.consumerTag), which does not exist")
            }
            let inbox = consumer.inbox
            guard !consumer.isAbandoned else {
                // Given up by its user, and the cancel is on its way: the message is for somebody else.
                if inbox.needsSettling {
                    settle(BasicNack(deliveryTag: deliver.deliveryTag, requeue: true), of: state.epoch)
                }
                return
            }
            guard let properties = decoded(content, deliver, state.epoch, inbox) else { return }
            let delivery = Delivery(
                body: content.body, properties: properties, exchange: deliver.exchange,
                routingKey: deliver.routingKey, redelivered: deliver.redelivered, deliveryTag: deliver.deliveryTag,
                consumerTag: deliver.consumerTag, needsSettling: inbox.needsSettling,
                epoch: state.epoch)
            if batches.last?.inbox === inbox {
                batches[batches.count - 1].deliveries.append(delivery)
            } else {
                batches.append((inbox, [delivery]))
            }
        }
    }

    /// A message whose properties cannot be decoded costs itself and nothing else: RabbitMQ passes on what others
    /// publish, tables nested thousands of levels deep included.
    private func decoded(
        _ content: Content,
        _ deliver: BasicDeliver,
        _ epoch: ChannelEpoch,
        _ inbox: DeliveryInbox
    ) -> BasicProperties? {
        switch content.properties {
        case .success(let properties): return properties
        case .failure(let error):
            logger.debug("rejecting a damaged message", metadata: [LogKey.error: "\(error)"])
            if inbox.needsSettling {
                settle(BasicReject(deliveryTag: deliver.deliveryTag, requeue: false), of: epoch)
            }
            return nil
        }
    }

    /// Hands over what this read brought: deliveries, one batch per consumer, and the answers to publishes.
    func handOver() {
        if !batches.isEmpty {
            for batch in batches where batch.inbox.push(batch.deliveries) { pauseReading(for: batch.inbox) }
            batches.removeAll(keepingCapacity: true)
        }
        if !answers.isEmpty {
            outbox.settle(answers)
            answers.removeAll(keepingCapacity: true)
        }
    }
}
