package import CRabbitMQ

// What becomes of a delivery, or of a publish. AMQP class 60; see also BasicMethods.swift.

/// `basic.ack`. Either side: done with this delivery (or confirm of this publish), or with all up to it.
package struct BasicAck: WireMethod {
    package static let id = MethodID(class: 60, method: 80)
    package var deliveryTag: UInt64
    package var multiple: Bool

    package init(deliveryTag: UInt64, multiple: Bool = false) {
        self.deliveryTag = deliveryTag
        self.multiple = multiple
    }

    package init(wire: amqp_basic_ack_t) throws(AMQPError) {
        deliveryTag = wire.delivery_tag
        multiple = wire.multiple != 0
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_basic_ack_t {
        var wire = amqp_basic_ack_t()
        wire.delivery_tag = deliveryTag
        wire.multiple = multiple ? 1 : 0
        return wire
    }
}

/// `basic.reject`. Client: this delivery failed.
package struct BasicReject: WireMethod {
    package static let id = MethodID(class: 60, method: 90)
    package var deliveryTag: UInt64
    package var requeue: Bool

    package init(deliveryTag: UInt64, requeue: Bool) {
        self.deliveryTag = deliveryTag
        self.requeue = requeue
    }

    package init(wire: amqp_basic_reject_t) throws(AMQPError) {
        deliveryTag = wire.delivery_tag
        requeue = wire.requeue != 0
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_basic_reject_t {
        var wire = amqp_basic_reject_t()
        wire.delivery_tag = deliveryTag
        wire.requeue = requeue ? 1 : 0
        return wire
    }
}

/// `basic.recover-async`. Client (deprecated): redeliver what is unsettled; no reply.
package struct BasicRecoverAsync: WireMethod {
    package static let id = MethodID(class: 60, method: 100)
    package var requeue: Bool

    package init(requeue: Bool) {
        self.requeue = requeue
    }

    package init(wire: amqp_basic_recover_async_t) throws(AMQPError) {
        requeue = wire.requeue != 0
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_basic_recover_async_t {
        var wire = amqp_basic_recover_async_t()
        wire.requeue = requeue ? 1 : 0
        return wire
    }
}

/// `basic.recover`. Client: redeliver what is unsettled.
package struct BasicRecover: WireMethod, MethodRequest {
    package typealias Reply = BasicRecoverOk
    package static let id = MethodID(class: 60, method: 110)
    package var requeue: Bool

    package init(requeue: Bool) {
        self.requeue = requeue
    }

    package init(wire: amqp_basic_recover_t) throws(AMQPError) {
        requeue = wire.requeue != 0
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_basic_recover_t {
        var wire = amqp_basic_recover_t()
        wire.requeue = requeue ? 1 : 0
        return wire
    }
}

/// `basic.recover-ok`. Server: redelivery begins.
package struct BasicRecoverOk: WireMethod {
    package static let id = MethodID(class: 60, method: 111)
    package init() {}

    package init(wire: amqp_basic_recover_ok_t) throws(AMQPError) {
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_basic_recover_ok_t {
        amqp_basic_recover_ok_t()
    }
}

/// `basic.nack`. Either side (RabbitMQ): not done with this delivery, or with all up to it.
package struct BasicNack: WireMethod {
    package static let id = MethodID(class: 60, method: 120)
    package var deliveryTag: UInt64
    package var multiple: Bool
    package var requeue: Bool

    package init(deliveryTag: UInt64, multiple: Bool = false, requeue: Bool = true) {
        self.deliveryTag = deliveryTag
        self.multiple = multiple
        self.requeue = requeue
    }

    package init(wire: amqp_basic_nack_t) throws(AMQPError) {
        deliveryTag = wire.delivery_tag
        multiple = wire.multiple != 0
        requeue = wire.requeue != 0
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_basic_nack_t {
        var wire = amqp_basic_nack_t()
        wire.delivery_tag = deliveryTag
        wire.multiple = multiple ? 1 : 0
        wire.requeue = requeue ? 1 : 0
        return wire
    }
}
