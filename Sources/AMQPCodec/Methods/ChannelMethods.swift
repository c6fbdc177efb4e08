package import CRabbitMQ

// Life of a channel. AMQP class 20.

/// `channel.open`. Client: open this channel number.
package struct ChannelOpen: WireMethod, MethodRequest {
    package typealias Reply = ChannelOpenOk
    package static let id = MethodID(class: 20, method: 10)
    package var outOfBand: String

    package init(outOfBand: String = "") {
        self.outOfBand = outOfBand
    }

    package init(wire: amqp_channel_open_t) throws(AMQPError) {
        outOfBand = String(wire.out_of_band)
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_channel_open_t {
        var wire = amqp_channel_open_t()
        wire.out_of_band = try arena.shortString(outOfBand, "outOfBand")
        return wire
    }
}

/// `channel.open-ok`. Server: the channel is open.
package struct ChannelOpenOk: WireMethod {
    package static let id = MethodID(class: 20, method: 11)
    package var channelID: LongString

    package init(channelID: LongString = LongString()) {
        self.channelID = channelID
    }

    package init(wire: amqp_channel_open_ok_t) throws(AMQPError) {
        channelID = LongString(wire.channel_id)
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_channel_open_ok_t {
        var wire = amqp_channel_open_ok_t()
        wire.channel_id = arena.bytes(channelID.bytes)
        return wire
    }
}

/// `channel.flow`. Either side: stop or go on sending content.
package struct ChannelFlow: WireMethod, MethodRequest {
    package typealias Reply = ChannelFlowOk
    package static let id = MethodID(class: 20, method: 20)
    package var active: Bool

    package init(active: Bool) {
        self.active = active
    }

    package init(wire: amqp_channel_flow_t) throws(AMQPError) {
        active = wire.active != 0
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_channel_flow_t {
        var wire = amqp_channel_flow_t()
        wire.active = active ? 1 : 0
        return wire
    }
}

/// `channel.flow-ok`. Either side: answer to `channel.flow`.
package struct ChannelFlowOk: WireMethod {
    package static let id = MethodID(class: 20, method: 21)
    package var active: Bool

    package init(active: Bool) {
        self.active = active
    }

    package init(wire: amqp_channel_flow_ok_t) throws(AMQPError) {
        active = wire.active != 0
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_channel_flow_ok_t {
        var wire = amqp_channel_flow_ok_t()
        wire.active = active ? 1 : 0
        return wire
    }
}

/// `channel.close`. Either side: the channel ends, and why.
package struct ChannelClose: WireMethod, MethodRequest {
    package typealias Reply = ChannelCloseOk
    package static let id = MethodID(class: 20, method: 40)
    package var replyCode: UInt16
    package var replyText: String
    package var classID: UInt16
    package var methodID: UInt16

    package init(replyCode: UInt16, replyText: String, classID: UInt16 = 0, methodID: UInt16 = 0) {
        self.replyCode = replyCode
        self.replyText = replyText
        self.classID = classID
        self.methodID = methodID
    }

    package init(wire: amqp_channel_close_t) throws(AMQPError) {
        replyCode = wire.reply_code
        replyText = String(wire.reply_text)
        classID = wire.class_id
        methodID = wire.method_id
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_channel_close_t {
        var wire = amqp_channel_close_t()
        wire.reply_code = replyCode
        wire.reply_text = try arena.shortString(replyText, "replyText")
        wire.class_id = classID
        wire.method_id = methodID
        return wire
    }
}

/// `channel.close-ok`. Either side: the end is agreed.
package struct ChannelCloseOk: WireMethod {
    package static let id = MethodID(class: 20, method: 41)
    package init() {}

    package init(wire: amqp_channel_close_ok_t) throws(AMQPError) {
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_channel_close_ok_t {
        amqp_channel_close_ok_t()
    }
}
