import AMQPCodec

/// The values behind the METHOD payloads of golden.json, which pamqp encoded.
enum GoldenMethods {
    static let all: [String: any MethodArguments] = [
        "connection.start": ConnectionStart(
            versionMajor: 0, versionMinor: 9,
            serverProperties: ["capabilities": .table(["basic.nack": .bool(true)]), "product": .string("RabbitMQ")],
            mechanisms: "PLAIN AMQPLAIN", locales: "en_US"),
        "connection.start-ok": ConnectionStartOk(
            clientProperties: [
                "capabilities": .table(["connection.blocked": .bool(true)]), "product": .string("bench"),
            ], mechanism: "PLAIN", response: "\0guest\0guest", locale: "en_US"),
        "connection.secure": ConnectionSecure(challenge: "who?"),
        "connection.secure-ok": ConnectionSecureOk(response: "me!"),
        "connection.tune": ConnectionTune(channelMax: 2047, frameMax: 131072, heartbeat: 60),
        "connection.tune-ok": ConnectionTuneOk(channelMax: 2046, frameMax: 65536, heartbeat: 30),
        "connection.open": ConnectionOpen(virtualHost: "/v1", capabilities: "", insist: false),
        "connection.open-ok": ConnectionOpenOk(knownHosts: ""),
        "connection.close": ConnectionClose(
            replyCode: 320, replyText: "CONNECTION_FORCED - bye", classID: 60, methodID: 40),
        "connection.close-ok": ConnectionCloseOk(),
        "connection.blocked": ConnectionBlocked(reason: "low on memory"),
        "connection.unblocked": ConnectionUnblocked(),
        "connection.update-secret": ConnectionUpdateSecret(newSecret: "s3cret", reason: "expired"),
        "connection.update-secret-ok": ConnectionUpdateSecretOk(),
        "channel.open": ChannelOpen(outOfBand: ""),
        "channel.open-ok": ChannelOpenOk(channelID: ""),
        "channel.flow": ChannelFlow(active: true),
        "channel.flow-ok": ChannelFlowOk(active: false),
        "channel.close": ChannelClose(
            replyCode: 404, replyText: "NOT_FOUND - no queue 'q1'", classID: 50, methodID: 10),
        "channel.close-ok": ChannelCloseOk(),
        "exchange.declare": ExchangeDeclare(
            exchange: "e1", type: "topic", passive: true, durable: false, autoDelete: true, isInternal: false,
            noWait: true, arguments: ["alternate-exchange": .string("ae")]),
        "exchange.declare-ok": ExchangeDeclareOk(),
        "exchange.delete": ExchangeDelete(exchange: "e1", ifUnused: true, noWait: false),
        "exchange.delete-ok": ExchangeDeleteOk(),
        "exchange.bind": ExchangeBind(
            destination: "e2", source: "e1", routingKey: "rk", noWait: true, arguments: ["k": .string("v")]),
        "exchange.bind-ok": ExchangeBindOk(),
        "exchange.unbind": ExchangeUnbind(
            destination: "e2", source: "e1", routingKey: "rk", noWait: true, arguments: ["k": .string("v")]),
        "exchange.unbind-ok": ExchangeUnbindOk(),
        "queue.declare": QueueDeclare(
            queue: "q1", passive: false, durable: true, exclusive: false, autoDelete: true, noWait: false,
            arguments: ["x-message-ttl": .int32(60000)]),
        "queue.declare-ok": QueueDeclareOk(queue: "q1", messageCount: 16909060, consumerCount: 7),
        "queue.bind": QueueBind(
            queue: "q1", exchange: "e1", routingKey: "rk", noWait: true, arguments: ["k": .string("v")]),
        "queue.bind-ok": QueueBindOk(),
        "queue.purge": QueuePurge(queue: "q1", noWait: true),
        "queue.purge-ok": QueuePurgeOk(messageCount: 16909060),
        "queue.delete": QueueDelete(queue: "q1", ifUnused: true, ifEmpty: false, noWait: true),
        "queue.delete-ok": QueueDeleteOk(messageCount: 16909060),
        "queue.unbind": QueueUnbind(queue: "q1", exchange: "e1", routingKey: "rk", arguments: ["k": .string("v")]),
        "queue.unbind-ok": QueueUnbindOk(),
        "basic.qos": BasicQos(prefetchSize: 65536, prefetchCount: 250, global: true),
        "basic.qos-ok": BasicQosOk(),
        "basic.consume": BasicConsume(
            queue: "q1", consumerTag: "c1", noLocal: false, noAck: true, exclusive: false, noWait: true,
            arguments: ["x-priority": .int32(10)]),
        "basic.consume-ok": BasicConsumeOk(consumerTag: "c1"),
        "basic.cancel": BasicCancel(consumerTag: "c1", noWait: true),
        "basic.cancel-ok": BasicCancelOk(consumerTag: "c1"),
        "basic.publish": BasicPublish(exchange: "e1", routingKey: "rk", mandatory: true, immediate: false),
        "basic.return": BasicReturn(replyCode: 312, replyText: "NO_ROUTE", exchange: "e1", routingKey: "rk"),
        "basic.deliver": BasicDeliver(
            consumerTag: "c1", deliveryTag: 0x0102030405060708, redelivered: true, exchange: "e1", routingKey: "rk"),
        "basic.get": BasicGet(queue: "q1", noAck: true),
        "basic.get-ok": BasicGetOk(
            deliveryTag: 0x0102030405060708, redelivered: true, exchange: "e1", routingKey: "rk", messageCount: 16909060
        ),
        "basic.get-empty": BasicGetEmpty(clusterID: ""),
        "basic.ack": BasicAck(deliveryTag: 0x0102030405060708, multiple: true),
        "basic.reject": BasicReject(deliveryTag: 0x0102030405060708, requeue: true),
        "basic.recover-async": BasicRecoverAsync(requeue: true),
        "basic.recover": BasicRecover(requeue: true),
        "basic.recover-ok": BasicRecoverOk(),
        "basic.nack": BasicNack(deliveryTag: 0x0102030405060708, multiple: false, requeue: true),
        "confirm.select": ConfirmSelect(noWait: true),
        "confirm.select-ok": ConfirmSelectOk(),
        "tx.select": TxSelect(),
        "tx.select-ok": TxSelectOk(),
        "tx.commit": TxCommit(),
        "tx.commit-ok": TxCommitOk(),
        "tx.rollback": TxRollback(),
        "tx.rollback-ok": TxRollbackOk(),
        "exchange.declare#passive": ExchangeDeclare(
            exchange: "e1", type: "topic", passive: true, durable: false, autoDelete: false, isInternal: false,
            noWait: false, arguments: ["alternate-exchange": .string("ae")]),
        "exchange.declare#durable": ExchangeDeclare(
            exchange: "e1", type: "topic", passive: false, durable: true, autoDelete: false, isInternal: false,
            noWait: false, arguments: ["alternate-exchange": .string("ae")]),
        "exchange.declare#auto_delete": ExchangeDeclare(
            exchange: "e1", type: "topic", passive: false, durable: false, autoDelete: true, isInternal: false,
            noWait: false, arguments: ["alternate-exchange": .string("ae")]),
        "exchange.declare#internal": ExchangeDeclare(
            exchange: "e1", type: "topic", passive: false, durable: false, autoDelete: false, isInternal: true,
            noWait: false, arguments: ["alternate-exchange": .string("ae")]),
        "exchange.declare#nowait": ExchangeDeclare(
            exchange: "e1", type: "topic", passive: false, durable: false, autoDelete: false, isInternal: false,
            noWait: true, arguments: ["alternate-exchange": .string("ae")]),
        "exchange.delete#if_unused": ExchangeDelete(exchange: "e1", ifUnused: true, noWait: false),
        "exchange.delete#nowait": ExchangeDelete(exchange: "e1", ifUnused: false, noWait: true),
        "queue.declare#passive": QueueDeclare(
            queue: "q1", passive: true, durable: false, exclusive: false, autoDelete: false, noWait: false,
            arguments: ["x-message-ttl": .int32(60000)]),
        "queue.declare#durable": QueueDeclare(
            queue: "q1", passive: false, durable: true, exclusive: false, autoDelete: false, noWait: false,
            arguments: ["x-message-ttl": .int32(60000)]),
        "queue.declare#exclusive": QueueDeclare(
            queue: "q1", passive: false, durable: false, exclusive: true, autoDelete: false, noWait: false,
            arguments: ["x-message-ttl": .int32(60000)]),
        "queue.declare#auto_delete": QueueDeclare(
            queue: "q1", passive: false, durable: false, exclusive: false, autoDelete: true, noWait: false,
            arguments: ["x-message-ttl": .int32(60000)]),
        "queue.declare#nowait": QueueDeclare(
            queue: "q1", passive: false, durable: false, exclusive: false, autoDelete: false, noWait: true,
            arguments: ["x-message-ttl": .int32(60000)]),
        "queue.delete#if_unused": QueueDelete(queue: "q1", ifUnused: true, ifEmpty: false, noWait: false),
        "queue.delete#if_empty": QueueDelete(queue: "q1", ifUnused: false, ifEmpty: true, noWait: false),
        "queue.delete#nowait": QueueDelete(queue: "q1", ifUnused: false, ifEmpty: false, noWait: true),
        "basic.consume#no_local": BasicConsume(
            queue: "q1", consumerTag: "c1", noLocal: true, noAck: false, exclusive: false, noWait: false,
            arguments: ["x-priority": .int32(10)]),
        "basic.consume#no_ack": BasicConsume(
            queue: "q1", consumerTag: "c1", noLocal: false, noAck: true, exclusive: false, noWait: false,
            arguments: ["x-priority": .int32(10)]),
        "basic.consume#exclusive": BasicConsume(
            queue: "q1", consumerTag: "c1", noLocal: false, noAck: false, exclusive: true, noWait: false,
            arguments: ["x-priority": .int32(10)]),
        "basic.consume#nowait": BasicConsume(
            queue: "q1", consumerTag: "c1", noLocal: false, noAck: false, exclusive: false, noWait: true,
            arguments: ["x-priority": .int32(10)]),
        "basic.publish#mandatory": BasicPublish(exchange: "e1", routingKey: "rk", mandatory: true, immediate: false),
        "basic.publish#immediate": BasicPublish(exchange: "e1", routingKey: "rk", mandatory: false, immediate: true),
        "basic.nack#multiple": BasicNack(deliveryTag: 0x0102030405060708, multiple: true, requeue: false),
        "basic.nack#requeue": BasicNack(deliveryTag: 0x0102030405060708, multiple: false, requeue: true),
        "connection.open#reserved": ConnectionOpen(virtualHost: "/v1", capabilities: "cap", insist: true),
        "connection.open-ok#reserved": ConnectionOpenOk(knownHosts: "h1:5672"),
        "channel.open#reserved": ChannelOpen(outOfBand: "0"),
        "channel.open-ok#reserved": ChannelOpenOk(channelID: "id7"),
        "basic.get-empty#reserved": BasicGetEmpty(clusterID: "c7"),
    ]
}
