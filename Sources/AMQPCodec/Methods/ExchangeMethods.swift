package import CRabbitMQ

// Exchanges and bindings between them. AMQP class 40.

/// `exchange.declare`. Client: create an exchange, or check that it is as described.
package struct ExchangeDeclare: WireMethod, MethodRequest {
    package typealias Reply = ExchangeDeclareOk
    package static let id = MethodID(class: 40, method: 10)
    package var exchange: String
    package var type: String
    package var passive: Bool
    package var durable: Bool
    package var autoDelete: Bool
    package var isInternal: Bool
    package var noWait: Bool
    package var arguments: FieldTable

    package init(
        exchange: String,
        type: String = "direct",
        passive: Bool = false,
        durable: Bool = false,
        autoDelete: Bool = false,
        isInternal: Bool = false,
        noWait: Bool = false,
        arguments: FieldTable = [:]
    ) {
        self.exchange = exchange
        self.type = type
        self.passive = passive
        self.durable = durable
        self.autoDelete = autoDelete
        self.isInternal = isInternal
        self.noWait = noWait
        self.arguments = arguments
    }

    package init(wire: amqp_exchange_declare_t) throws(AMQPError) {
        exchange = String(wire.exchange)
        type = String(wire.type)
        passive = wire.passive != 0
        durable = wire.durable != 0
        autoDelete = wire.auto_delete != 0
        isInternal = wire.internal != 0
        noWait = wire.nowait != 0
        arguments = try FieldTable(wire.arguments)
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_exchange_declare_t {
        var wire = amqp_exchange_declare_t()
        wire.exchange = try arena.shortString(exchange, "exchange")
        wire.type = try arena.shortString(type, "type")
        wire.passive = passive ? 1 : 0
        wire.durable = durable ? 1 : 0
        wire.auto_delete = autoDelete ? 1 : 0
        wire.internal = isInternal ? 1 : 0
        wire.nowait = noWait ? 1 : 0
        wire.arguments = try arena.table(arguments)
        return wire
    }

    package static var fieldsBeforeTable: [WireField]? { [.fixed(2), .shortString, .shortString, .fixed(1)] }
}

/// `exchange.declare-ok`. Server: the exchange exists.
package struct ExchangeDeclareOk: WireMethod {
    package static let id = MethodID(class: 40, method: 11)
    package init() {}

    package init(wire: amqp_exchange_declare_ok_t) throws(AMQPError) {
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_exchange_declare_ok_t {
        amqp_exchange_declare_ok_t()
    }
}

/// `exchange.delete`. Client: delete an exchange.
package struct ExchangeDelete: WireMethod, MethodRequest {
    package typealias Reply = ExchangeDeleteOk
    package static let id = MethodID(class: 40, method: 20)
    package var exchange: String
    package var ifUnused: Bool
    package var noWait: Bool

    package init(exchange: String, ifUnused: Bool = false, noWait: Bool = false) {
        self.exchange = exchange
        self.ifUnused = ifUnused
        self.noWait = noWait
    }

    package init(wire: amqp_exchange_delete_t) throws(AMQPError) {
        exchange = String(wire.exchange)
        ifUnused = wire.if_unused != 0
        noWait = wire.nowait != 0
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_exchange_delete_t {
        var wire = amqp_exchange_delete_t()
        wire.exchange = try arena.shortString(exchange, "exchange")
        wire.if_unused = ifUnused ? 1 : 0
        wire.nowait = noWait ? 1 : 0
        return wire
    }
}

/// `exchange.delete-ok`. Server: the exchange is gone.
package struct ExchangeDeleteOk: WireMethod {
    package static let id = MethodID(class: 40, method: 21)
    package init() {}

    package init(wire: amqp_exchange_delete_ok_t) throws(AMQPError) {
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_exchange_delete_ok_t {
        amqp_exchange_delete_ok_t()
    }
}

/// `exchange.bind`. Client (RabbitMQ): route from `source` to `destination`.
package struct ExchangeBind: WireMethod, MethodRequest, Hashable {
    package typealias Reply = ExchangeBindOk
    package static let id = MethodID(class: 40, method: 30)
    package var destination: String
    package var source: String
    package var routingKey: String
    package var noWait: Bool
    package var arguments: FieldTable

    package init(
        destination: String,
        source: String,
        routingKey: String = "",
        noWait: Bool = false,
        arguments: FieldTable = [:]
    ) {
        self.destination = destination
        self.source = source
        self.routingKey = routingKey
        self.noWait = noWait
        self.arguments = arguments
    }

    package init(wire: amqp_exchange_bind_t) throws(AMQPError) {
        destination = String(wire.destination)
        source = String(wire.source)
        routingKey = String(wire.routing_key)
        noWait = wire.nowait != 0
        arguments = try FieldTable(wire.arguments)
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_exchange_bind_t {
        var wire = amqp_exchange_bind_t()
        wire.destination = try arena.shortString(destination, "destination")
        wire.source = try arena.shortString(source, "source")
        wire.routing_key = try arena.shortString(routingKey, "routingKey")
        wire.nowait = noWait ? 1 : 0
        wire.arguments = try arena.table(arguments)
        return wire
    }

    package static var fieldsBeforeTable: [WireField]? {
        [.fixed(2), .shortString, .shortString, .shortString, .fixed(1)]
    }
}

/// `exchange.bind-ok`. Server: bound.
package struct ExchangeBindOk: WireMethod {
    package static let id = MethodID(class: 40, method: 31)
    package init() {}

    package init(wire: amqp_exchange_bind_ok_t) throws(AMQPError) {
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_exchange_bind_ok_t {
        amqp_exchange_bind_ok_t()
    }
}

/// `exchange.unbind`. Client (RabbitMQ): remove a binding between exchanges.
package struct ExchangeUnbind: WireMethod, MethodRequest {
    package typealias Reply = ExchangeUnbindOk
    package static let id = MethodID(class: 40, method: 40)
    package var destination: String
    package var source: String
    package var routingKey: String
    package var noWait: Bool
    package var arguments: FieldTable

    package init(
        destination: String,
        source: String,
        routingKey: String = "",
        noWait: Bool = false,
        arguments: FieldTable = [:]
    ) {
        self.destination = destination
        self.source = source
        self.routingKey = routingKey
        self.noWait = noWait
        self.arguments = arguments
    }

    package init(wire: amqp_exchange_unbind_t) throws(AMQPError) {
        destination = String(wire.destination)
        source = String(wire.source)
        routingKey = String(wire.routing_key)
        noWait = wire.nowait != 0
        arguments = try FieldTable(wire.arguments)
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_exchange_unbind_t {
        var wire = amqp_exchange_unbind_t()
        wire.destination = try arena.shortString(destination, "destination")
        wire.source = try arena.shortString(source, "source")
        wire.routing_key = try arena.shortString(routingKey, "routingKey")
        wire.nowait = noWait ? 1 : 0
        wire.arguments = try arena.table(arguments)
        return wire
    }

    package static var fieldsBeforeTable: [WireField]? {
        [.fixed(2), .shortString, .shortString, .shortString, .fixed(1)]
    }
}

/// `exchange.unbind-ok`. Server: unbound. Its number really is 51, not 41.
package struct ExchangeUnbindOk: WireMethod {
    package static let id = MethodID(class: 40, method: 51)
    package init() {}

    package init(wire: amqp_exchange_unbind_ok_t) throws(AMQPError) {
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_exchange_unbind_ok_t {
        amqp_exchange_unbind_ok_t()
    }
}
