internal import CRabbitMQ

extension BasicProperties {
    /// Copies decoded properties out of the arena. Only fields whose flag is set hold anything: recycled memory is not
    /// zeroed.
    init(_ wire: amqp_basic_properties_t) throws(AMQPError) {
        self.init()
        func has(_ flag: Int32) -> Bool { wire._flags & UInt32(flag) != 0 }
        if has(AMQP_BASIC_DELIVERY_MODE_FLAG) { deliveryMode = DeliveryMode(rawValue: wire.delivery_mode) }
        if has(AMQP_BASIC_PRIORITY_FLAG) { priority = wire.priority }
        if has(AMQP_BASIC_TIMESTAMP_FLAG) { timestamp = wire.timestamp }
        // Most messages have none of the others.
        guard wire._flags & ~Self.numberFlags != 0 else { return }
        if has(AMQP_BASIC_CONTENT_TYPE_FLAG) { contentType = String(wire.content_type) }
        if has(AMQP_BASIC_CONTENT_ENCODING_FLAG) { contentEncoding = String(wire.content_encoding) }
        if has(AMQP_BASIC_HEADERS_FLAG) { headers = try FieldTable(wire.headers) }
        if has(AMQP_BASIC_CORRELATION_ID_FLAG) { correlationID = String(wire.correlation_id) }
        if has(AMQP_BASIC_REPLY_TO_FLAG) { replyTo = String(wire.reply_to) }
        if has(AMQP_BASIC_EXPIRATION_FLAG) { expiration = String(wire.expiration) }
        if has(AMQP_BASIC_MESSAGE_ID_FLAG) { messageID = String(wire.message_id) }
        if has(AMQP_BASIC_TYPE_FLAG) { type = String(wire.type) }
        if has(AMQP_BASIC_USER_ID_FLAG) { userID = String(wire.user_id) }
        if has(AMQP_BASIC_APP_ID_FLAG) { appID = String(wire.app_id) }
        if has(AMQP_BASIC_CLUSTER_ID_FLAG) { clusterID = String(wire.cluster_id) }
    }

    func wire(in arena: WireArena) throws(AMQPError) -> amqp_basic_properties_t {
        var wire = amqp_basic_properties_t()
        func set(_ flag: Int32) { wire._flags |= UInt32(flag) }
        if let deliveryMode {
            wire.delivery_mode = deliveryMode.rawValue
            set(AMQP_BASIC_DELIVERY_MODE_FLAG)
        }
        if let priority {
            wire.priority = priority
            set(AMQP_BASIC_PRIORITY_FLAG)
        }
        if let timestamp {
            wire.timestamp = timestamp
            set(AMQP_BASIC_TIMESTAMP_FLAG)
        }
        if let headers {
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
        try text(contentType, \.content_type, AMQP_BASIC_CONTENT_TYPE_FLAG, "contentType")
        try text(contentEncoding, \.content_encoding, AMQP_BASIC_CONTENT_ENCODING_FLAG, "contentEncoding")
        try text(correlationID, \.correlation_id, AMQP_BASIC_CORRELATION_ID_FLAG, "correlationID")
        try text(replyTo, \.reply_to, AMQP_BASIC_REPLY_TO_FLAG, "replyTo")
        try text(expiration, \.expiration, AMQP_BASIC_EXPIRATION_FLAG, "expiration")
        try text(messageID, \.message_id, AMQP_BASIC_MESSAGE_ID_FLAG, "messageID")
        try text(type, \.type, AMQP_BASIC_TYPE_FLAG, "type")
        try text(userID, \.user_id, AMQP_BASIC_USER_ID_FLAG, "userID")
        try text(appID, \.app_id, AMQP_BASIC_APP_ID_FLAG, "appID")
        try text(clusterID, \.cluster_id, AMQP_BASIC_CLUSTER_ID_FLAG, "clusterID")
        return wire
    }

    private static let numberFlags = UInt32(
        AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_PRIORITY_FLAG | AMQP_BASIC_TIMESTAMP_FLAG)
}
