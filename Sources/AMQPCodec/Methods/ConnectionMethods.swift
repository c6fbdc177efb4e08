package import CRabbitMQ

// Negotiation of a connection: `start` → `tune` → `open`, and its end. AMQP class 10.

/// `connection.start`. Server: versions, properties, SASL mechanisms and locales on offer.
package struct ConnectionStart: WireMethod {
    package static let id = MethodID(class: 10, method: 10)
    package var versionMajor: UInt8
    package var versionMinor: UInt8
    package var serverProperties: FieldTable
    package var mechanisms: LongString
    package var locales: LongString

    package init(
        versionMajor: UInt8 = 0,
        versionMinor: UInt8 = 9,
        serverProperties: FieldTable,
        mechanisms: LongString,
        locales: LongString
    ) {
        self.versionMajor = versionMajor
        self.versionMinor = versionMinor
        self.serverProperties = serverProperties
        self.mechanisms = mechanisms
        self.locales = locales
    }

    package init(wire: amqp_connection_start_t) throws(AMQPError) {
        versionMajor = wire.version_major
        versionMinor = wire.version_minor
        serverProperties = try FieldTable(wire.server_properties)
        mechanisms = LongString(wire.mechanisms)
        locales = LongString(wire.locales)
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_connection_start_t {
        var wire = amqp_connection_start_t()
        wire.version_major = versionMajor
        wire.version_minor = versionMinor
        wire.server_properties = try arena.table(serverProperties)
        wire.mechanisms = arena.bytes(mechanisms.bytes)
        wire.locales = arena.bytes(locales.bytes)
        return wire
    }

    package static var fieldsBeforeTable: [WireField]? { [.fixed(1), .fixed(1)] }
}

/// `connection.start-ok`. Client: chosen mechanism and its first response.
package struct ConnectionStartOk: WireMethod {
    package static let id = MethodID(class: 10, method: 11)
    package var clientProperties: FieldTable
    package var mechanism: String
    package var response: LongString
    package var locale: String

    package init(clientProperties: FieldTable, mechanism: String, response: LongString, locale: String) {
        self.clientProperties = clientProperties
        self.mechanism = mechanism
        self.response = response
        self.locale = locale
    }

    package init(wire: amqp_connection_start_ok_t) throws(AMQPError) {
        clientProperties = try FieldTable(wire.client_properties)
        mechanism = String(wire.mechanism)
        response = LongString(wire.response)
        locale = String(wire.locale)
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_connection_start_ok_t {
        var wire = amqp_connection_start_ok_t()
        wire.client_properties = try arena.table(clientProperties)
        wire.mechanism = try arena.shortString(mechanism, "mechanism")
        wire.response = arena.bytes(response.bytes)
        wire.locale = try arena.shortString(locale, "locale")
        return wire
    }

    package static var fieldsBeforeTable: [WireField]? { [] }
}

/// `connection.secure`. Server: a SASL challenge.
package struct ConnectionSecure: WireMethod {
    package static let id = MethodID(class: 10, method: 20)
    package var challenge: LongString

    package init(challenge: LongString) {
        self.challenge = challenge
    }

    package init(wire: amqp_connection_secure_t) throws(AMQPError) {
        challenge = LongString(wire.challenge)
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_connection_secure_t {
        var wire = amqp_connection_secure_t()
        wire.challenge = arena.bytes(challenge.bytes)
        return wire
    }
}

/// `connection.secure-ok`. Client: the answer to a SASL challenge.
package struct ConnectionSecureOk: WireMethod {
    package static let id = MethodID(class: 10, method: 21)
    package var response: LongString

    package init(response: LongString) {
        self.response = response
    }

    package init(wire: amqp_connection_secure_ok_t) throws(AMQPError) {
        response = LongString(wire.response)
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_connection_secure_ok_t {
        var wire = amqp_connection_secure_ok_t()
        wire.response = arena.bytes(response.bytes)
        return wire
    }
}

/// `connection.tune`. Server: proposed limits. `heartbeat` in seconds, `frameMax` in bytes with the frame's own 8; 0 means no limit.
package struct ConnectionTune: WireMethod {
    package static let id = MethodID(class: 10, method: 30)
    package var channelMax: UInt16
    package var frameMax: UInt32
    package var heartbeat: UInt16

    package init(channelMax: UInt16, frameMax: UInt32, heartbeat: UInt16) {
        self.channelMax = channelMax
        self.frameMax = frameMax
        self.heartbeat = heartbeat
    }

    package init(wire: amqp_connection_tune_t) throws(AMQPError) {
        channelMax = wire.channel_max
        frameMax = wire.frame_max
        heartbeat = wire.heartbeat
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_connection_tune_t {
        var wire = amqp_connection_tune_t()
        wire.channel_max = channelMax
        wire.frame_max = frameMax
        wire.heartbeat = heartbeat
        return wire
    }
}

/// `connection.tune-ok`. Client: agreed limits.
package struct ConnectionTuneOk: WireMethod {
    package static let id = MethodID(class: 10, method: 31)
    package var channelMax: UInt16
    package var frameMax: UInt32
    package var heartbeat: UInt16

    package init(channelMax: UInt16, frameMax: UInt32, heartbeat: UInt16) {
        self.channelMax = channelMax
        self.frameMax = frameMax
        self.heartbeat = heartbeat
    }

    package init(wire: amqp_connection_tune_ok_t) throws(AMQPError) {
        channelMax = wire.channel_max
        frameMax = wire.frame_max
        heartbeat = wire.heartbeat
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_connection_tune_ok_t {
        var wire = amqp_connection_tune_ok_t()
        wire.channel_max = channelMax
        wire.frame_max = frameMax
        wire.heartbeat = heartbeat
        return wire
    }
}

/// `connection.open`. Client: the virtual host to work in.
package struct ConnectionOpen: WireMethod, MethodRequest {
    package typealias Reply = ConnectionOpenOk
    package static let id = MethodID(class: 10, method: 40)
    package var virtualHost: String
    package var capabilities: String
    package var insist: Bool

    package init(virtualHost: String, capabilities: String = "", insist: Bool = false) {
        self.virtualHost = virtualHost
        self.capabilities = capabilities
        self.insist = insist
    }

    package init(wire: amqp_connection_open_t) throws(AMQPError) {
        virtualHost = String(wire.virtual_host)
        capabilities = String(wire.capabilities)
        insist = wire.insist != 0
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_connection_open_t {
        var wire = amqp_connection_open_t()
        wire.virtual_host = try arena.shortString(virtualHost, "virtualHost")
        wire.capabilities = try arena.shortString(capabilities, "capabilities")
        wire.insist = insist ? 1 : 0
        return wire
    }
}

/// `connection.open-ok`. Server: the virtual host is open.
package struct ConnectionOpenOk: WireMethod {
    package static let id = MethodID(class: 10, method: 41)
    package var knownHosts: String

    package init(knownHosts: String = "") {
        self.knownHosts = knownHosts
    }

    package init(wire: amqp_connection_open_ok_t) throws(AMQPError) {
        knownHosts = String(wire.known_hosts)
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_connection_open_ok_t {
        var wire = amqp_connection_open_ok_t()
        wire.known_hosts = try arena.shortString(knownHosts, "knownHosts")
        return wire
    }
}

/// `connection.close`. Either side: the connection ends, and why.
package struct ConnectionClose: WireMethod, MethodRequest {
    package typealias Reply = ConnectionCloseOk
    package static let id = MethodID(class: 10, method: 50)
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

    package init(wire: amqp_connection_close_t) throws(AMQPError) {
        replyCode = wire.reply_code
        replyText = String(wire.reply_text)
        classID = wire.class_id
        methodID = wire.method_id
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_connection_close_t {
        var wire = amqp_connection_close_t()
        wire.reply_code = replyCode
        wire.reply_text = try arena.shortString(replyText, "replyText")
        wire.class_id = classID
        wire.method_id = methodID
        return wire
    }
}

/// `connection.close-ok`. Either side: the end is agreed.
package struct ConnectionCloseOk: WireMethod {
    package static let id = MethodID(class: 10, method: 51)
    package init() {}

    package init(wire: amqp_connection_close_ok_t) throws(AMQPError) {
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_connection_close_ok_t {
        amqp_connection_close_ok_t()
    }
}

/// `connection.blocked`. Server (RabbitMQ): publishing is blocked by an alarm.
package struct ConnectionBlocked: WireMethod {
    package static let id = MethodID(class: 10, method: 60)
    package var reason: String

    package init(reason: String) {
        self.reason = reason
    }

    package init(wire: amqp_connection_blocked_t) throws(AMQPError) {
        reason = String(wire.reason)
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_connection_blocked_t {
        var wire = amqp_connection_blocked_t()
        wire.reason = try arena.shortString(reason, "reason")
        return wire
    }
}

/// `connection.unblocked`. Server (RabbitMQ): publishing may go on.
package struct ConnectionUnblocked: WireMethod {
    package static let id = MethodID(class: 10, method: 61)
    package init() {}

    package init(wire: amqp_connection_unblocked_t) throws(AMQPError) {
    }

    package func wire(in arena: WireArena) throws(AMQPError) -> amqp_connection_unblocked_t {
        amqp_connection_unblocked_t()
    }
}

/// `connection.update-secret`. Client (RabbitMQ 3.8): a new secret for the running connection.
package struct ConnectionUpdateSecret: HandCodedMethod, MethodRequest {
    package typealias Reply = ConnectionUpdateSecretOk
    package static let id = MethodID(class: 10, method: 70)
    package var newSecret: LongString
    package var reason: String

    package init(newSecret: LongString, reason: String) {
        self.newSecret = newSecret
        self.reason = reason
    }
}

/// `connection.update-secret-ok`. Server (RabbitMQ 3.8): the secret is in use.
package struct ConnectionUpdateSecretOk: HandCodedMethod {
    package static let id = MethodID(class: 10, method: 71)

    package init() {}
}
