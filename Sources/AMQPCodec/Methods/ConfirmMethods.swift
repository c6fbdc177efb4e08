package import CRabbitMQ

// Publisher confirms (RabbitMQ). AMQP class 85.

/// `confirm.select`. Client: confirm every publish on this channel.
package struct ConfirmSelect: WireMethod, MethodRequest {
    package typealias Reply = ConfirmSelectOk
    package static let id = MethodID(class: 85, method: 10)
    package var noWait: Bool

    package init(noWait: Bool = false) {
        self.noWait = noWait
    }

    package init(wire: amqp_confirm_select_t) throws(AMQPError) {
        noWait = wire.nowait != 0
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_confirm_select_t {
        var wire = amqp_confirm_select_t()
        wire.nowait = noWait ? 1 : 0
        return wire
    }
}

/// `confirm.select-ok`. Server: the channel is in confirm mode.
package struct ConfirmSelectOk: WireMethod {
    package static let id = MethodID(class: 85, method: 11)
    package init() {}

    package init(wire: amqp_confirm_select_ok_t) throws(AMQPError) {
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_confirm_select_ok_t {
        amqp_confirm_select_ok_t()
    }
}
