import AMQPCodec

/// What a server says to a ``FuzzClient``, as ``SessionTarget`` takes it: each frame arrives on its own.
enum SeedSessions {
    static var all: [Input] {
        get throws { [try usual(), try closedByServer(), try recovering()] }
    }

    // MARK: Sessions

    /// Everything goes well, and the client closes the connection.
    static func usual() throws -> Input {
        try login() + opening() + [method(ConnectionUpdateSecretOk(), 0)] + declaring(on: 1) + consuming("c1", on: 1)
            + Frames.message(getOk, body: ["got"], on: 3) + [method(BasicGetEmpty(), 3)] + consuming("c2", on: 3)
            + Frames.message(deliver("c2", 1), BasicProperties(), body: [], on: 3)
            + [method(ConnectionBlocked(reason: "low on memory"), 0), method(BasicAck(deliveryTag: 1), 2)]
            + [method(ConnectionUnblocked(), 0), FrameEncoder.heartbeat]
            + Frames.message(returned, BasicProperties(messageID: "m2"), body: ["mess", "age 2"], on: 2)
            + [method(BasicAck(deliveryTag: 2), 2), method(BasicNack(deliveryTag: 3), 2)]
            + Frames.message(deliver("c1", 1), allProperties, body: ["in", " three ", "parts"], on: 1)
            + damagedMessage(tag: 2, on: 1)
            + [method(BasicCancel(consumerTag: "c2", noWait: true), 3), method(ChannelFlowOk(active: true), 3)]
            + [method(ChannelFlow(active: true), 3), method(BasicRecoverOk(), 3)]
            + [method(QueuePurgeOk(messageCount: 3), 3), method(QueueUnbindOk(), 3)]
            + [method(QueueDeleteOk(messageCount: 0), 3), method(ChannelCloseOk(), 3)]
            + [method(BasicAck(deliveryTag: 6, multiple: true), 2)]
            + Frames.message(deliver("c1", 3), body: ["last"], on: 1)
            + [method(BasicCancelOk(consumerTag: "c1"), 1), method(ConnectionCloseOk(), 0)]
    }

    /// The server ends one thing after the other.
    static func closedByServer() throws -> Input {
        try login() + opening() + declaring(on: 1) + consuming("c1", on: 1)
            + Frames.message(deliver("c1", 1), body: ["x"], on: 1)
            + [method(BasicGetEmpty(), 3), method(ChannelClose(replyCode: 404, replyText: "NOT_FOUND - no queue"), 3)]
            + [method(BasicAck(deliveryTag: 1), 2), method(ChannelClose(replyCode: 404, replyText: "NOT_FOUND"), 2)]
            + [method(BasicCancel(consumerTag: "c1", noWait: true), 1)]
            + [
                method(
                    ConnectionClose(replyCode: 320, replyText: "CONNECTION_FORCED - bye", classID: 60, methodID: 40), 0)
            ]
    }

    /// A consumer, a channel and the whole connection come back, one after the other.
    static func recovering() throws -> Input {
        let timedOut = ChannelClose(
            replyCode: 406, replyText: "PRECONDITION_FAILED - delivery acknowledgement on channel 1 timed out")
        return try [[]] + login() + opening() + declaring(on: 1) + consuming("c1", on: 1)
            + Frames.message(deliver("c1", 1), body: ["one"], on: 1)
            // Asked whether the queue is there, on channel 4; then channel 1 is replaced.
            + [method(BasicCancel(consumerTag: "c1", noWait: true), 1), method(ChannelOpenOk(), 4)]
            + [method(QueueDeclareOk(queue: "q", messageCount: 1, consumerCount: 0), 4), method(ChannelCloseOk(), 4)]
            + [method(ChannelCloseOk(), 1), method(ChannelOpenOk(), 1)] + consuming("c1", on: 1)
            + Frames.message(deliver("c1", 1), body: ["two"], on: 1)
            + [method(timedOut, 1), method(ChannelOpenOk(), 1)] + consuming("c1", on: 1)
            + Frames.message(deliver("c1", 1), body: ["three"], on: 1)
            + [method(BasicAck(deliveryTag: 2, multiple: true), 2), method(BasicGetEmpty(), 3)]
            + [method(ConnectionClose(replyCode: 320, replyText: "CONNECTION_FORCED - bye"), 0), []]
            + login() + [method(ChannelOpenOk(), 4), method(ExchangeDeclareOk(), 4)]
            + [method(QueueDeclareOk(queue: "q", messageCount: 0, consumerCount: 0), 4), method(QueueBindOk(), 4)]
            + [method(ChannelCloseOk(), 4), method(ChannelOpenOk(), 1)] + consuming("c1", on: 1)
            + [method(ChannelOpenOk(), 2), method(ConfirmSelectOk(), 2), method(ChannelOpenOk(), 3)]
            + [method(BasicAck(deliveryTag: 4, multiple: true), 2)]
            + Frames.message(deliver("c1", 1), body: ["last"], on: 1)
            + [method(BasicCancelOk(consumerTag: "c1"), 1), method(ConnectionCloseOk(), 0)]
    }

    // MARK: Their parts

    static func login() throws -> Input {
        let capabilities: FieldTable = ["publisher_confirms": true, "basic.nack": true]
        let start = ConnectionStart(
            serverProperties: [
                "product": "RabbitMQ", "version": "3.10.8", "cluster_name": "rabbit@host",
                "capabilities": .table(capabilities),
            ], mechanisms: "AMQPLAIN PLAIN", locales: "en_US")
        return [
            try method(start, 0), try method(ConnectionTune(channelMax: 2047, frameMax: 131_072, heartbeat: 60), 0),
            try method(ConnectionOpenOk(), 0),
        ]
    }

    private static func opening() throws -> Input {
        [
            try method(ChannelOpenOk(), 1), try method(ChannelOpenOk(), 2), try method(ConfirmSelectOk(), 2),
            try method(ChannelOpenOk(), 3),
        ]
    }

    private static func declaring(on channel: UInt16) throws -> Input {
        let queue = QueueDeclareOk(queue: "q", messageCount: 0, consumerCount: 0)
        return [
            try method(ExchangeDeclareOk(), channel), try method(queue, channel), try method(QueueBindOk(), channel),
        ]
    }

    private static func consuming(_ tag: String, on channel: UInt16) throws -> Input {
        [try method(BasicQosOk(), channel), try method(BasicConsumeOk(consumerTag: tag), channel)]
    }

    private static func method(_ arguments: some MethodArguments, _ channel: UInt16) throws -> [UInt8] {
        try Frames.method(arguments, on: channel)
    }

    private static func deliver(_ consumer: String, _ tag: UInt64) -> BasicDeliver {
        BasicDeliver(consumerTag: consumer, deliveryTag: tag, redelivered: false, exchange: "", routingKey: "q")
    }

    private static let getOk = BasicGetOk(
        deliveryTag: 1, redelivered: true, exchange: "e", routingKey: "k", messageCount: 2)

    private static let returned = BasicReturn(
        replyCode: 312, replyText: "NO_ROUTE", exchange: "", routingKey: "q")

    private static let allProperties = BasicProperties(
        contentType: "text/plain", contentEncoding: "utf-8",
        headers: [
            "x-death": .array([.table(["count": 1, "reason": "rejected", "time": .timestamp(1_700_000_000)])]),
            "bytes": .bytes([0, 255]), "double": .double(0.5), "void": .void,
        ], deliveryMode: .persistent, priority: 9, correlationID: "c", replyTo: "r", expiration: "60000",
        messageID: "id", timestamp: 1_700_000_000, type: "t", userID: "guest", appID: "a", clusterID: "b")

    /// A message whose properties cannot be decoded.
    private static func damagedMessage(tag: UInt64, on channel: UInt16) throws -> Input {
        [
            try method(deliver("c1", tag), channel),
            Frames.frame(2, channel: channel, [0, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x80, 0]),
            Frames.frame(3, channel: channel, [7]),
        ]
    }
}
