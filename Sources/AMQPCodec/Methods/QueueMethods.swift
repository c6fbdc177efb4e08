package import CRabbitMQ

// Queues and their bindings. AMQP class 50.

/// `queue.declare`. Client: create a queue, or check that it is as described. An empty name asks the server for one.
package struct QueueDeclare: WireMethod, MethodRequest {
    package typealias Reply = QueueDeclareOk
    package static let id = MethodID(class: 50, method: 10)
    package var queue: String
    package var passive: Bool
    package var durable: Bool
    package var exclusive: Bool
    package var autoDelete: Bool
    package var noWait: Bool
    package var arguments: FieldTable

    package init(
        queue: String = "",
        passive: Bool = false,
        durable: Bool = false,
        exclusive: Bool = false,
        autoDelete: Bool = false,
        noWait: Bool = false,
        arguments: FieldTable = [:]
    ) {
        self.queue = queue
        self.passive = passive
        self.durable = durable
        self.exclusive = exclusive
        self.autoDelete = autoDelete
        self.noWait = noWait
        self.arguments = arguments
    }

    package init(wire: amqp_queue_declare_t) throws(AMQPError) {
        queue = String(wire.queue)
        passive = wire.passive != 0
        durable = wire.durable != 0
        exclusive = wire.exclusive != 0
        autoDelete = wire.auto_delete != 0
        noWait = wire.nowait != 0
        arguments = try FieldTable(wire.arguments)
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_queue_declare_t {
        var wire = amqp_queue_declare_t()
        wire.queue = try arena.shortString(queue, "queue")
        wire.passive = passive ? 1 : 0
        wire.durable = durable ? 1 : 0
        wire.exclusive = exclusive ? 1 : 0
        wire.auto_delete = autoDelete ? 1 : 0
        wire.nowait = noWait ? 1 : 0
        wire.arguments = try arena.table(arguments)
        return wire
    }

    package static var fieldsBeforeTable: [WireField]? { [.fixed(2), .shortString, .fixed(1)] }
}

/// `queue.declare-ok`. Server: the queue exists; messages ready and consumers.
package struct QueueDeclareOk: WireMethod {
    package static let id = MethodID(class: 50, method: 11)
    package var queue: String
    package var messageCount: UInt32
    package var consumerCount: UInt32

    package init(queue: String, messageCount: UInt32, consumerCount: UInt32) {
        self.queue = queue
        self.messageCount = messageCount
        self.consumerCount = consumerCount
    }

    package init(wire: amqp_queue_declare_ok_t) throws(AMQPError) {
        queue = String(wire.queue)
        messageCount = wire.message_count
        consumerCount = wire.consumer_count
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_queue_declare_ok_t {
        var wire = amqp_queue_declare_ok_t()
        wire.queue = try arena.shortString(queue, "queue")
        wire.message_count = messageCount
        wire.consumer_count = consumerCount
        return wire
    }
}

/// `queue.bind`. Client: route from an exchange to a queue.
package struct QueueBind: WireMethod, MethodRequest, Hashable {
    package typealias Reply = QueueBindOk
    package static let id = MethodID(class: 50, method: 20)
    package var queue: String
    package var exchange: String
    package var routingKey: String
    package var noWait: Bool
    package var arguments: FieldTable

    package init(
        queue: String,
        exchange: String,
        routingKey: String = "",
        noWait: Bool = false,
        arguments: FieldTable = [:]
    ) {
        self.queue = queue
        self.exchange = exchange
        self.routingKey = routingKey
        self.noWait = noWait
        self.arguments = arguments
    }

    package init(wire: amqp_queue_bind_t) throws(AMQPError) {
        queue = String(wire.queue)
        exchange = String(wire.exchange)
        routingKey = String(wire.routing_key)
        noWait = wire.nowait != 0
        arguments = try FieldTable(wire.arguments)
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_queue_bind_t {
        var wire = amqp_queue_bind_t()
        wire.queue = try arena.shortString(queue, "queue")
        wire.exchange = try arena.shortString(exchange, "exchange")
        wire.routing_key = try arena.shortString(routingKey, "routingKey")
        wire.nowait = noWait ? 1 : 0
        wire.arguments = try arena.table(arguments)
        return wire
    }

    package static var fieldsBeforeTable: [WireField]? {
        [.fixed(2), .shortString, .shortString, .shortString, .fixed(1)]
    }
}

/// `queue.bind-ok`. Server: bound.
package struct QueueBindOk: WireMethod {
    package static let id = MethodID(class: 50, method: 21)
    package init() {}

    package init(wire: amqp_queue_bind_ok_t) throws(AMQPError) {
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_queue_bind_ok_t {
        amqp_queue_bind_ok_t()
    }
}

/// `queue.purge`. Client: drop the ready messages of a queue.
package struct QueuePurge: WireMethod, MethodRequest {
    package typealias Reply = QueuePurgeOk
    package static let id = MethodID(class: 50, method: 30)
    package var queue: String
    package var noWait: Bool

    package init(queue: String, noWait: Bool = false) {
        self.queue = queue
        self.noWait = noWait
    }

    package init(wire: amqp_queue_purge_t) throws(AMQPError) {
        queue = String(wire.queue)
        noWait = wire.nowait != 0
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_queue_purge_t {
        var wire = amqp_queue_purge_t()
        wire.queue = try arena.shortString(queue, "queue")
        wire.nowait = noWait ? 1 : 0
        return wire
    }
}

/// `queue.purge-ok`. Server: how many were dropped.
package struct QueuePurgeOk: WireMethod {
    package static let id = MethodID(class: 50, method: 31)
    package var messageCount: UInt32

    package init(messageCount: UInt32) {
        self.messageCount = messageCount
    }

    package init(wire: amqp_queue_purge_ok_t) throws(AMQPError) {
        messageCount = wire.message_count
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_queue_purge_ok_t {
        var wire = amqp_queue_purge_ok_t()
        wire.message_count = messageCount
        return wire
    }
}

/// `queue.delete`. Client: delete a queue.
package struct QueueDelete: WireMethod, MethodRequest {
    package typealias Reply = QueueDeleteOk
    package static let id = MethodID(class: 50, method: 40)
    package var queue: String
    package var ifUnused: Bool
    package var ifEmpty: Bool
    package var noWait: Bool

    package init(queue: String, ifUnused: Bool = false, ifEmpty: Bool = false, noWait: Bool = false) {
        self.queue = queue
        self.ifUnused = ifUnused
        self.ifEmpty = ifEmpty
        self.noWait = noWait
    }

    package init(wire: amqp_queue_delete_t) throws(AMQPError) {
        queue = String(wire.queue)
        ifUnused = wire.if_unused != 0
        ifEmpty = wire.if_empty != 0
        noWait = wire.nowait != 0
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_queue_delete_t {
        var wire = amqp_queue_delete_t()
        wire.queue = try arena.shortString(queue, "queue")
        wire.if_unused = ifUnused ? 1 : 0
        wire.if_empty = ifEmpty ? 1 : 0
        wire.nowait = noWait ? 1 : 0
        return wire
    }
}

/// `queue.delete-ok`. Server: how many messages went with it.
package struct QueueDeleteOk: WireMethod {
    package static let id = MethodID(class: 50, method: 41)
    package var messageCount: UInt32

    package init(messageCount: UInt32) {
        self.messageCount = messageCount
    }

    package init(wire: amqp_queue_delete_ok_t) throws(AMQPError) {
        messageCount = wire.message_count
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_queue_delete_ok_t {
        var wire = amqp_queue_delete_ok_t()
        wire.message_count = messageCount
        return wire
    }
}

/// `queue.unbind`. Client: remove a binding.
package struct QueueUnbind: WireMethod, MethodRequest {
    package typealias Reply = QueueUnbindOk
    package static let id = MethodID(class: 50, method: 50)
    package var queue: String
    package var exchange: String
    package var routingKey: String
    package var arguments: FieldTable

    package init(queue: String, exchange: String, routingKey: String = "", arguments: FieldTable = [:]) {
        self.queue = queue
        self.exchange = exchange
        self.routingKey = routingKey
        self.arguments = arguments
    }

    package init(wire: amqp_queue_unbind_t) throws(AMQPError) {
        queue = String(wire.queue)
        exchange = String(wire.exchange)
        routingKey = String(wire.routing_key)
        arguments = try FieldTable(wire.arguments)
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_queue_unbind_t {
        var wire = amqp_queue_unbind_t()
        wire.queue = try arena.shortString(queue, "queue")
        wire.exchange = try arena.shortString(exchange, "exchange")
        wire.routing_key = try arena.shortString(routingKey, "routingKey")
        wire.arguments = try arena.table(arguments)
        return wire
    }

    package static var fieldsBeforeTable: [WireField]? { [.fixed(2), .shortString, .shortString, .shortString] }
}

/// `queue.unbind-ok`. Server: unbound.
package struct QueueUnbindOk: WireMethod {
    package static let id = MethodID(class: 50, method: 51)
    package init() {}

    package init(wire: amqp_queue_unbind_ok_t) throws(AMQPError) {
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_queue_unbind_ok_t {
        amqp_queue_unbind_ok_t()
    }
}
