internal import CRabbitMQ

extension BasicProperties {
    /// Copies decoded properties out of the arena. Only fields whose flag is set hold anything: recycled memory is not
    /// zeroed.
    init(_ wire: amqp_basic_properties_t) throws(AMQPError) {
        func has(_ flag: Int32) -> Bool { wire._flags & UInt32(flag) != 0 }
        // What most messages have, without an allocation.
        if wire._flags == UInt32(AMQP_BASIC_DELIVERY_MODE_FLAG), wire.delivery_mode == DeliveryMode.persistent.rawValue
        {
            self = .persistent
            return
        }
        if wire._flags == 0 {
            self = .none
            return
        }
        var fields = Fields()
        if has(AMQP_BASIC_DELIVERY_MODE_FLAG) { fields.deliveryMode = DeliveryMode(rawValue: wire.delivery_mode) }
        if has(AMQP_BASIC_PRIORITY_FLAG) { fields.priority = wire.priority }
        if has(AMQP_BASIC_TIMESTAMP_FLAG) { fields.timestamp = wire.timestamp }
        if has(AMQP_BASIC_CONTENT_TYPE_FLAG) { fields.contentType = String(wire.content_type) }
        if has(AMQP_BASIC_CONTENT_ENCODING_FLAG) { fields.contentEncoding = String(wire.content_encoding) }
        if has(AMQP_BASIC_HEADERS_FLAG) { fields.headers = try FieldTable(wire.headers) }
        if has(AMQP_BASIC_CORRELATION_ID_FLAG) { fields.correlationID = String(wire.correlation_id) }
        if has(AMQP_BASIC_REPLY_TO_FLAG) { fields.replyTo = String(wire.reply_to) }
        if has(AMQP_BASIC_EXPIRATION_FLAG) { fields.expiration = String(wire.expiration) }
        if has(AMQP_BASIC_MESSAGE_ID_FLAG) { fields.messageID = String(wire.message_id) }
        if has(AMQP_BASIC_TYPE_FLAG) { fields.type = String(wire.type) }
        if has(AMQP_BASIC_USER_ID_FLAG) { fields.userID = String(wire.user_id) }
        if has(AMQP_BASIC_APP_ID_FLAG) { fields.appID = String(wire.app_id) }
        if has(AMQP_BASIC_CLUSTER_ID_FLAG) { fields.clusterID = String(wire.cluster_id) }
        self.init(fields)
    }

    func wire(in arena: WireArena) throws(AMQPError) -> amqp_basic_properties_t {
        var wire = amqp_basic_properties_t()
        let fields = fields
        func set(_ flag: Int32) { wire._flags |= UInt32(flag) }
        if let deliveryMode = fields.deliveryMode {
            wire.delivery_mode = deliveryMode.rawValue
            set(AMQP_BASIC_DELIVERY_MODE_FLAG)
        }
        if let priority = fields.priority {
            wire.priority = priority
            set(AMQP_BASIC_PRIORITY_FLAG)
        }
        if let timestamp = fields.timestamp {
            wire.timestamp = timestamp
            set(AMQP_BASIC_TIMESTAMP_FLAG)
        }
        if let headers = fields.headers {
            wire.headers = try arena.table(headers)
            set(AMQP_BASIC_HEADERS_FLAG)
        }
        func text(
            _ string: String?,
            _ field: WritableKeyPath<amqp_basic_properties_t, amqp_bytes_t>,
            _ flag: Int32,
            _ name: @autoclosure () -> String
        ) throws(AMQPError) {
            guard let string else { return }
            wire[keyPath: field] = try arena.shortString(string, name())
            set(flag)
        }
        try text(fields.contentType, \.content_type, AMQP_BASIC_CONTENT_TYPE_FLAG, "contentType")
        try text(fields.contentEncoding, \.content_encoding, AMQP_BASIC_CONTENT_ENCODING_FLAG, "contentEncoding")
        try text(fields.correlationID, \.correlation_id, AMQP_BASIC_CORRELATION_ID_FLAG, "correlationID")
        try text(fields.replyTo, \.reply_to, AMQP_BASIC_REPLY_TO_FLAG, "replyTo")
        try text(fields.expiration, \.expiration, AMQP_BASIC_EXPIRATION_FLAG, "expiration")
        try text(fields.messageID, \.message_id, AMQP_BASIC_MESSAGE_ID_FLAG, "messageID")
        try text(fields.type, \.type, AMQP_BASIC_TYPE_FLAG, "type")
        try text(fields.userID, \.user_id, AMQP_BASIC_USER_ID_FLAG, "userID")
        try text(fields.appID, \.app_id, AMQP_BASIC_APP_ID_FLAG, "appID")
        try text(fields.clusterID, \.cluster_id, AMQP_BASIC_CLUSTER_ID_FLAG, "clusterID")
        return wire
    }
}
