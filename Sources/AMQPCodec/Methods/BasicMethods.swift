package import CRabbitMQ

// Messages: consume, publish, deliver. AMQP class 60; see also SettlingMethods.swift.

/// `basic.qos`. Client: how many unsettled deliveries a consumer may hold. RabbitMQ refuses a `prefetchSize` other than 0.
package struct BasicQos: WireMethod, MethodRequest {
    package typealias Reply = BasicQosOk
    package static let id = MethodID(class: 60, method: 10)
    package var prefetchSize: UInt32
    package var prefetchCount: UInt16
    package var global: Bool

    package init(prefetchSize: UInt32 = 0, prefetchCount: UInt16, global: Bool = false) {
        self.prefetchSize = prefetchSize
        self.prefetchCount = prefetchCount
        self.global = global
    }

    package init(wire: amqp_basic_qos_t) throws(AMQPError) {
        prefetchSize = wire.prefetch_size
        prefetchCount = wire.prefetch_count
        global = wire.global != 0
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_basic_qos_t {
        var wire = amqp_basic_qos_t()
        wire.prefetch_size = prefetchSize
        wire.prefetch_count = prefetchCount
        wire.global = global ? 1 : 0
        return wire
    }
}

/// `basic.qos-ok`. Server: set.
package struct BasicQosOk: WireMethod {
    package static let id = MethodID(class: 60, method: 11)
    package init() {}

    package init(wire: amqp_basic_qos_ok_t) throws(AMQPError) {
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_basic_qos_ok_t {
        amqp_basic_qos_ok_t()
    }
}

/// `basic.consume`. Client: start a consumer. An empty tag asks the server for one.
package struct BasicConsume: WireMethod, MethodRequest {
    package typealias Reply = BasicConsumeOk
    package static let id = MethodID(class: 60, method: 20)
    package var queue: String
    package var consumerTag: String
    package var noLocal: Bool
    package var noAck: Bool
    package var exclusive: Bool
    package var noWait: Bool
    package var arguments: FieldTable

    package init(
        queue: String,
        consumerTag: String = "",
        noLocal: Bool = false,
        noAck: Bool = false,
        exclusive: Bool = false,
        noWait: Bool = false,
        arguments: FieldTable = [:]
    ) {
        self.queue = queue
        self.consumerTag = consumerTag
        self.noLocal = noLocal
        self.noAck = noAck
        self.exclusive = exclusive
        self.noWait = noWait
        self.arguments = arguments
    }

    package init(wire: amqp_basic_consume_t) throws(AMQPError) {
        queue = String(wire.queue)
        consumerTag = String(wire.consumer_tag)
        noLocal = wire.no_local != 0
        noAck = wire.no_ack != 0
        exclusive = wire.exclusive != 0
        noWait = wire.nowait != 0
        arguments = try FieldTable(wire.arguments)
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_basic_consume_t {
        var wire = amqp_basic_consume_t()
        wire.queue = try arena.shortString(queue, "queue")
        wire.consumer_tag = try arena.shortString(consumerTag, "consumerTag")
        wire.no_local = noLocal ? 1 : 0
        wire.no_ack = noAck ? 1 : 0
        wire.exclusive = exclusive ? 1 : 0
        wire.nowait = noWait ? 1 : 0
        wire.arguments = try arena.table(arguments)
        return wire
    }

    package static var fieldsBeforeTable: [WireField]? { [.fixed(2), .shortString, .shortString, .fixed(1)] }
}

/// `basic.consume-ok`. Server: the consumer runs.
package struct BasicConsumeOk: WireMethod {
    package static let id = MethodID(class: 60, method: 21)
    package var consumerTag: String

    package init(consumerTag: String) {
        self.consumerTag = consumerTag
    }

    package init(wire: amqp_basic_consume_ok_t) throws(AMQPError) {
        consumerTag = String(wire.consumer_tag)
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_basic_consume_ok_t {
        var wire = amqp_basic_consume_ok_t()
        wire.consumer_tag = try arena.shortString(consumerTag, "consumerTag")
        return wire
    }
}

/// `basic.cancel`. Client: end a consumer. Server (RabbitMQ): the consumer has been ended.
package struct BasicCancel: WireMethod, MethodRequest {
    package typealias Reply = BasicCancelOk
    package static let id = MethodID(class: 60, method: 30)
    package var consumerTag: String
    package var noWait: Bool

    package init(consumerTag: String, noWait: Bool = false) {
        self.consumerTag = consumerTag
        self.noWait = noWait
    }

    package init(wire: amqp_basic_cancel_t) throws(AMQPError) {
        consumerTag = String(wire.consumer_tag)
        noWait = wire.nowait != 0
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_basic_cancel_t {
        var wire = amqp_basic_cancel_t()
        wire.consumer_tag = try arena.shortString(consumerTag, "consumerTag")
        wire.nowait = noWait ? 1 : 0
        return wire
    }
}

/// `basic.cancel-ok`. The consumer has ended; no delivery follows.
package struct BasicCancelOk: WireMethod {
    package static let id = MethodID(class: 60, method: 31)
    package var consumerTag: String

    package init(consumerTag: String) {
        self.consumerTag = consumerTag
    }

    package init(wire: amqp_basic_cancel_ok_t) throws(AMQPError) {
        consumerTag = String(wire.consumer_tag)
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_basic_cancel_ok_t {
        var wire = amqp_basic_cancel_ok_t()
        wire.consumer_tag = try arena.shortString(consumerTag, "consumerTag")
        return wire
    }
}

/// `basic.publish`. Client: a message follows.
package struct BasicPublish: WireMethod {
    package static let id = MethodID(class: 60, method: 40)
    package var exchange: String
    package var routingKey: String
    package var mandatory: Bool
    package var immediate: Bool

    package init(exchange: String = "", routingKey: String, mandatory: Bool = false, immediate: Bool = false) {
        self.exchange = exchange
        self.routingKey = routingKey
        self.mandatory = mandatory
        self.immediate = immediate
    }

    package init(wire: amqp_basic_publish_t) throws(AMQPError) {
        exchange = String(wire.exchange)
        routingKey = String(wire.routing_key)
        mandatory = wire.mandatory != 0
        immediate = wire.immediate != 0
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_basic_publish_t {
        var wire = amqp_basic_publish_t()
        wire.exchange = try arena.shortString(exchange, "exchange")
        wire.routing_key = try arena.shortString(routingKey, "routingKey")
        wire.mandatory = mandatory ? 1 : 0
        wire.immediate = immediate ? 1 : 0
        return wire
    }
}

/// `basic.return`. Server: a mandatory message that no queue took follows.
package struct BasicReturn: WireMethod {
    package static let id = MethodID(class: 60, method: 50)
    package var replyCode: UInt16
    package var replyText: String
    package var exchange: String
    package var routingKey: String

    package init(replyCode: UInt16, replyText: String, exchange: String, routingKey: String) {
        self.replyCode = replyCode
        self.replyText = replyText
        self.exchange = exchange
        self.routingKey = routingKey
    }

    package init(wire: amqp_basic_return_t) throws(AMQPError) {
        replyCode = wire.reply_code
        replyText = String(wire.reply_text)
        exchange = String(wire.exchange)
        routingKey = String(wire.routing_key)
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_basic_return_t {
        var wire = amqp_basic_return_t()
        wire.reply_code = replyCode
        wire.reply_text = try arena.shortString(replyText, "replyText")
        wire.exchange = try arena.shortString(exchange, "exchange")
        wire.routing_key = try arena.shortString(routingKey, "routingKey")
        return wire
    }
}

/// `basic.deliver`. Server: a message for a consumer follows.
package struct BasicDeliver: WireMethod {
    package static let id = MethodID(class: 60, method: 60)
    package var consumerTag: String
    package var deliveryTag: UInt64
    package var redelivered: Bool
    package var exchange: String
    package var routingKey: String

    package init(consumerTag: String, deliveryTag: UInt64, redelivered: Bool, exchange: String, routingKey: String) {
        self.consumerTag = consumerTag
        self.deliveryTag = deliveryTag
        self.redelivered = redelivered
        self.exchange = exchange
        self.routingKey = routingKey
    }

    package init(wire: amqp_basic_deliver_t) throws(AMQPError) {
        consumerTag = String(wire.consumer_tag)
        deliveryTag = wire.delivery_tag
        redelivered = wire.redelivered != 0
        exchange = String(wire.exchange)
        routingKey = String(wire.routing_key)
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_basic_deliver_t {
        var wire = amqp_basic_deliver_t()
        wire.consumer_tag = try arena.shortString(consumerTag, "consumerTag")
        wire.delivery_tag = deliveryTag
        wire.redelivered = redelivered ? 1 : 0
        wire.exchange = try arena.shortString(exchange, "exchange")
        wire.routing_key = try arena.shortString(routingKey, "routingKey")
        return wire
    }
}

/// `basic.get`. Client: one message, if there is any.
package struct BasicGet: WireMethod {
    package static let id = MethodID(class: 60, method: 70)
    package var queue: String
    package var noAck: Bool

    package init(queue: String, noAck: Bool = false) {
        self.queue = queue
        self.noAck = noAck
    }

    package init(wire: amqp_basic_get_t) throws(AMQPError) {
        queue = String(wire.queue)
        noAck = wire.no_ack != 0
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_basic_get_t {
        var wire = amqp_basic_get_t()
        wire.queue = try arena.shortString(queue, "queue")
        wire.no_ack = noAck ? 1 : 0
        return wire
    }
}

/// `basic.get-ok`. Server: the message asked for follows.
package struct BasicGetOk: WireMethod {
    package static let id = MethodID(class: 60, method: 71)
    package var deliveryTag: UInt64
    package var redelivered: Bool
    package var exchange: String
    package var routingKey: String
    package var messageCount: UInt32

    package init(deliveryTag: UInt64, redelivered: Bool, exchange: String, routingKey: String, messageCount: UInt32) {
        self.deliveryTag = deliveryTag
        self.redelivered = redelivered
        self.exchange = exchange
        self.routingKey = routingKey
        self.messageCount = messageCount
    }

    package init(wire: amqp_basic_get_ok_t) throws(AMQPError) {
        deliveryTag = wire.delivery_tag
        redelivered = wire.redelivered != 0
        exchange = String(wire.exchange)
        routingKey = String(wire.routing_key)
        messageCount = wire.message_count
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_basic_get_ok_t {
        var wire = amqp_basic_get_ok_t()
        wire.delivery_tag = deliveryTag
        wire.redelivered = redelivered ? 1 : 0
        wire.exchange = try arena.shortString(exchange, "exchange")
        wire.routing_key = try arena.shortString(routingKey, "routingKey")
        wire.message_count = messageCount
        return wire
    }
}

/// `basic.get-empty`. Server: the queue has no message ready.
package struct BasicGetEmpty: WireMethod {
    package static let id = MethodID(class: 60, method: 72)
    package var clusterID: String

    package init(clusterID: String = "") {
        self.clusterID = clusterID
    }

    package init(wire: amqp_basic_get_empty_t) throws(AMQPError) {
        clusterID = String(wire.cluster_id)
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_basic_get_empty_t {
        var wire = amqp_basic_get_empty_t()
        wire.cluster_id = try arena.shortString(clusterID, "clusterID")
        return wire
    }
}
