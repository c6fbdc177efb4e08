import Testing

@testable import AMQPClient

/// What RabbitMQ was seen to say, by 3.10.8, 4.0.5 and 4.3.6, and what becomes of it.
@Suite struct ErrorCatalogueTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var code: UInt16
        var text: String
        /// Has to be in the message.
        var says: [String]
        /// Has to be in the remedy.
        var advises: [String]

        init(_ code: UInt16, _ text: String, says: [String], advises: [String]) {
            self.code = code
            self.text = text
            self.says = says
            self.advises = advises
        }

        var testDescription: String { "\(code) \(text)" }
    }

    private func check(_ error: AMQPError, _ expected: Case) {
        for part in expected.says { #expect(error.message.contains(part), "\(part) in: \(error.message)") }
        for part in expected.advises { #expect(error.remedy?.contains(part) == true, "\(part) in: \(error)") }
        #expect(error.reply == .init(code: expected.code, text: expected.text))
        #expect(error.message.contains("\(expected.code)") && !error.message.hasSuffix("."))
        #expect(error.remedy?.hasSuffix(".") == false && error.remedy?.first?.isUppercase == true)
        #expect(error.description.firstMatch(of: /\{[A-Za-z]+\}/) == nil, "a blank was not filled: \(error)")
    }

    // MARK: Channel

    static let notPermitted = [
        // 3.10; the method is not known here.
        Case(
            403, "ACCESS_REFUSED - access to queue 'm5' in vhost '/' refused for user 'u1'",
            says: ["'u1'", "'m5'", "'/'"], advises: ["set_permissions -p '/' 'u1'", "to publish, write"]),
        // 4.0 and 4.3.
        Case(
            403, "ACCESS_REFUSED - configure access to queue 'm5' in vhost '/' refused for user 'u1'",
            says: ["no configure permission for queue 'm5'"], advises: ["set_permissions", "for configure"]),
        Case(
            403, "ACCESS_REFUSED - write access to exchange 'amq.default' in vhost '/' refused for user 'u1'",
            says: ["no write permission for exchange 'amq.default'"], advises: ["for write has to match amq.default"]),
        Case(
            403, "ACCESS_REFUSED - read access to queue 'cq' in vhost '/' refused for user 'u1'",
            says: ["no read permission for queue 'cq'"], advises: ["for read has to match cq"]),
        Case(
            403, "ACCESS_REFUSED - access to topic 'b.c' in exchange 'amq.topic' in vhost '/' refused for user 'u2'",
            says: ["'b.c'", "'amq.topic'"], advises: ["set_topic_permissions", "to publish takes write"]),
        Case(
            403,
            "ACCESS_REFUSED - write access to topic 'b.c' in exchange 'amq.topic' in vhost '/' refused for user 'u2'",
            says: ["write permission", "'b.c'", "'amq.topic'"], advises: ["set_topic_permissions"]),
        Case(
            403, "ACCESS_REFUSED - cannot publish to internal exchange 'int' in vhost '/'",
            says: ["'int'", "internal"],
            advises: ["bound to it"]),
        Case(
            403, "ACCESS_REFUSED - deletion of system exchange 'amq.direct' in vhost '/' not allowed",
            says: ["'amq.direct'"], advises: ["Leave it"]),
        Case(
            403, "ACCESS_REFUSED - queue 'cq' in vhost '/' in exclusive use", says: ["consumer", "'cq'"],
            advises: ["x-single-active-consumer"]),
        Case(
            403, "ACCESS_REFUSED - queue name 'amq.foo' contains reserved prefix 'amq.*'", says: ["'amq.foo'"],
            advises: ["another name"]),
        Case(
            403, "ACCESS_REFUSED - operation not permitted on the default exchange", says: ["default exchange"],
            advises: ["declare an exchange"]),
        Case(403, "ACCESS_REFUSED - something new", says: ["something new"], advises: ["set_permissions"]),
    ]

    static let notFound = [
        Case(
            404, "NOT_FOUND - no queue 'missing' in vhost '/'", says: ["no queue 'missing'"],
            advises: ["Declare it first"]),
        Case(
            404, "NOT_FOUND - no exchange 'nox' in vhost 'a/b'", says: ["no exchange 'nox'", "'a/b'"],
            advises: ["Declare it first"]),
        Case(
            404, "NOT_FOUND - no previously declared queue", says: ["name of the queue is empty"], advises: ["Name"]),
        Case(
            404,
            "NOT_FOUND - home node 'rabbit@two' of durable queue 'q' in vhost '/' is down or inaccessible",
            says: ["rabbit@two", "'q'"], advises: ["Start that node"]),
        Case(
            404, "NOT_FOUND - queue 'q' in vhost '/' process is stopped by supervisor", says: ["'q'", "stopped"],
            advises: ["try again", "restart_vhost -p '/'"]),
        Case(
            404, "NOT_FOUND - queue 'q' in vhost '/' has crashed and failed to restart", says: ["'q'", "crashed"],
            advises: ["log"]),
        Case(
            404,
            "NOT_FOUND - failed to perform operation on queue 'q' in vhost '/': its leader <0.1.0> may be stopping or being demoted",
            says: ["'q'", "its leader"], advises: ["try again"]),
        Case(
            404, "NOT_FOUND - failed to perform operation on queue 'q' in vhost '/' due to timeout",
            says: ["'q'", "timeout"], advises: ["try again"]),
        Case(404, "NOT_FOUND - something new", says: ["something new"], advises: ["Declare"]),
    ]

    static let locked = [
        Case(
            405,
            "RESOURCE_LOCKED - cannot obtain exclusive access to locked queue 'excl' in vhost '/'. It could be originally declared on another connection or the exclusive property value does not match that of the original declaration.",
            says: ["'excl'", "another connection"], advises: ["Wait", "heartbeats"]),
        Case(
            405,
            "RESOURCE_LOCKED - cannot obtain access to locked queue 's' in vhost '/'. basic.get operations are not supported by quorum queues with single active consumer",
            says: ["'s'", "single active consumer"], advises: ["Consume"]),
    ]

    static let consuming = [
        Case(
            406, "PRECONDITION_FAILED - unknown delivery tag 7", says: ["delivery 7"], advises: ["report"]),
        // 3.10 and 4.0.
        Case(
            406,
            "PRECONDITION_FAILED - delivery acknowledgement on channel 1 timed out. Timeout value used: 1000 ms. This timeout value can be configured, see consumers doc guide to learn more",
            says: ["consumer timeout", "1000 ms"],
            advises: ["consumer_timeout in rabbitmq.conf", "x-consumer-timeout", "3.12", "4.3", "policy"]),
        // 4.3.
        Case(
            406,
            "PRECONDITION_FAILED - delivery acknowledgement on channel 1 timed out. Timeout value used: -1 ms. This timeout value can be configured, see consumers doc guide to learn more",
            says: ["not acknowledged"], advises: ["x-consumer-timeout"]),
        // 3.10, then 4.0 and 4.3.
        Case(
            406, "PRECONDITION_FAILED - consumer prefetch count is not set for 'queue 'st' in vhost '/''",
            says: ["stream"], advises: ["100"]),
        Case(
            406, "PRECONDITION_FAILED - consumer prefetch count is not set for stream queue 'st' in vhost '/'",
            says: ["stream"], advises: ["100"]),
        Case(
            406,
            "PRECONDITION_FAILED - invalid arg 'x-stream-offset' for queue 'st' in vhost '/': {invalid_stream_offset_arg,{longstr,<<\"nonsense\">>}}",
            says: ["x-stream-offset", "nonsense"], advises: ["first, last, next"]),
        Case(
            406, "PRECONDITION_FAILED - reply consumer already set", says: ["amq.rabbitmq.reply-to"],
            advises: ["another channel"]),
        Case(
            406, "PRECONDITION_FAILED - reply consumer cannot acknowledge", says: ["amq.rabbitmq.reply-to"],
            advises: ["without"]),
        Case(
            406, "PRECONDITION_FAILED - fast reply consumer does not exist", says: ["amq.rabbitmq.reply-to"],
            advises: ["First consume"]),
    ]

    static let publishing = [
        Case(
            406, "PRECONDITION_FAILED - message size 16777217 is larger than configured max size 16777216",
            says: ["16777217", "16777216", "size"], advises: ["max_message_size", "16 MiB"]),
        Case(
            406, "PRECONDITION_FAILED - invalid expiration 'abc': no_integer", says: ["'abc'"],
            advises: ["string of digits"]),
        Case(
            406, "PRECONDITION_FAILED - invalid expiration '-1': {value_negative,-1}",
            says: ["'-1'", "value_negative"], advises: ["60000"]),
        Case(
            406, "PRECONDITION_FAILED - invalid expiration '1.5': {leftover_string,\".5\"}", says: ["'1.5'"],
            advises: ["string of digits"]),
        Case(
            406, "PRECONDITION_FAILED - invalid expiration '': no_integer", says: ["''"], advises: ["string of digits"]),
        Case(
            406, "PRECONDITION_FAILED - invalid expiration '99999999999999': {value_too_large,99999999999999}",
            says: ["'99999999999999'"], advises: ["4294967295"]),
        Case(
            406, "PRECONDITION_FAILED - invalid message: {unacceptable_type_in_header,\"CC\",signedint}", says: ["CC"],
            advises: ["lists of strings"]),
        Case(
            406, "PRECONDITION_FAILED - user_id property set to 'a' but authenticated user was 'b'",
            says: ["'a'", "'b'"], advises: ["impersonator"]),
    ]

    static let declaring = [
        Case(
            406, "PRECONDITION_FAILED - invalid property 'exclusive-owner' for queue 'b' in vhost '/'",
            says: ["'b'", "exclusive"], advises: ["classic"]),
        Case(
            406, "PRECONDITION_FAILED - invalid property 'non-durable' for queue 'c' in vhost '/'",
            says: ["'c'", "durable"], advises: ["Declare it durable"]),
        Case(
            406, "PRECONDITION_FAILED - invalid property 'auto-delete' for queue 'd' in vhost '/'",
            says: ["'d'", "automatically"], advises: ["x-expires"]),
        Case(
            406, "PRECONDITION_FAILED - Cannot declare a server-named queue for type rabbit_quorum_queue",
            says: ["quorum queue needs a name"], advises: ["Name it"]),
        Case(
            406,
            "PRECONDITION_FAILED - invalid arg 'x-max-priority' for queue 'p3' in vhost '/' of queue type rabbit_quorum_queue",
            says: ["x-max-priority", "'p3'"], advises: ["Leave it out", "32"]),
        Case(
            406,
            "PRECONDITION_FAILED - invalid arg 'x-max-priority' for queue 'p' in vhost '/': {max_value_exceeded,256}",
            says: ["x-max-priority", "0 to 255", "256"], advises: ["below 10"]),
        Case(
            406, "PRECONDITION_FAILED - invalid arg 'x-max-priority' for queue 'p4' in vhost '/': {value_negative,-1}",
            says: ["0 to 255"], advises: ["number"]),
        Case(
            406,
            "PRECONDITION_FAILED - invalid arg 'x-max-priority' for queue 'p5' in vhost '/': \"expected integer, got longstr\"",
            says: ["expected integer"], advises: ["number"]),
        Case(
            406,
            "PRECONDITION_FAILED - invalid arg 'x-queue-mode' for queue 'g2' in vhost '/' of queue type rabbit_quorum_queue",
            says: ["x-queue-mode", "quorum queues do not know it"], advises: ["Leave it out"]),
        Case(
            406,
            "PRECONDITION_FAILED - invalid arg 'x-max-length' for queue 'g8' in vhost '/' of queue type rabbit_stream_queue",
            says: ["x-max-length", "stream queues do not know it"], advises: ["Leave it out"]),
        Case(
            406,
            "PRECONDITION_FAILED - invalid arg 'x-consumer-timeout' for queue 'c' in vhost '/' of queue type rabbit_classic_queue",
            says: ["'c'", "4.3"], advises: ["Leave it out"]),
        Case(
            406,
            "PRECONDITION_FAILED - invalid arg 'x-delivery-limit' for queue 'c' in vhost '/' of queue type rabbit_classic_queue",
            says: ["'c'", "quorum"], advises: ["x-queue-type=quorum"]),
        Case(
            406,
            "PRECONDITION_FAILED - invalid arg 'x-queue-version' for queue 'g4' in vhost '/': \"unsupported queue version '1'\"",
            says: ["x-queue-version", "'1'"], advises: ["4.3"]),
        Case(
            406,
            "PRECONDITION_FAILED - invalid arg 'x-queue-type' for queue 'g6' in vhost '/': \"unsupported queue type 'nonsense'\"",
            says: ["x-queue-type", "'nonsense'"], advises: ["classic, quorum or stream"]),
        Case(
            406, "PRECONDITION_FAILED - invalid arg 'x-overflow' for queue 'f3' in vhost '/': invalid_overflow",
            says: ["x-overflow", "'f3'"], advises: ["drop-head"]),
        Case(
            406, "PRECONDITION_FAILED - invalid arg 'x-message-ttl' for queue 'q2' in vhost '/': {value_negative,-1}",
            says: ["x-message-ttl", "value_negative"], advises: ["milliseconds"]),
        Case(
            406,
            "PRECONDITION_FAILED - invalid arg 'x-dead-letter-routing-key' for queue 'tt' in vhost '/': routing_key_but_no_dlx_defined",
            says: ["x-dead-letter-routing-key", "no_dlx"], advises: ["Check"]),
        Case(
            406,
            "PRECONDITION_FAILED - invalid type 'signedint' for arg 'x-dead-letter-exchange' in queue 'tt' in vhost '/'",
            says: ["x-dead-letter-exchange", "signedint"], advises: ["names are strings"]),
        // 4.0 and 4.3; 3.10 closes the connection.
        Case(
            406, "PRECONDITION_FAILED - unknown exchange type 'x-delayed-message'", says: ["'x-delayed-message'"],
            advises: ["plugin"]),
        Case(
            406, "PRECONDITION_FAILED - channel is not transactional", says: ["transaction"], advises: ["Begin one"]),
        Case(
            406, "PRECONDITION_FAILED - cannot declare queue 'q': queue limit in vhost '/' (5) is reached",
            says: ["'q'", "5"], advises: ["set_vhost_limits -p '/' '{\"max-queues\": N}'"]),
        Case(
            406, "PRECONDITION_FAILED - queue 'q' in vhost '/' in use", says: ["'q'", "in use"], advises: ["ifUnused"]),
        Case(
            406, "PRECONDITION_FAILED - queue 'q' in vhost '/' not empty", says: ["'q'", "messages"],
            advises: ["ifEmpty"]),
        Case(
            406, "PRECONDITION_FAILED - cannot switch from confirm to tx mode", says: ["confirm mode", "tx mode"],
            advises: ["Transaction"]),
        Case(
            406, "PRECONDITION_FAILED - cannot switch from tx to confirm mode", says: ["tx mode", "confirm mode"],
            advises: ["Publisher"]),
    ]

    @Test(arguments: [notPermitted, notFound, locked, consuming, publishing, declaring].flatMap(\.self))
    func aChannelIsClosed(_ expected: Case) {
        let error = AMQPError.channelClosed(by: .init(code: expected.code, text: expected.text))
        #expect(error.code == .channelClosed)
        check(error, expected)
    }

    @Test(arguments: [
        ("queue 'q' in vhost '/'", QueueDeclare.id, "configure"),
        ("queue 'q' in vhost '/'", QueueDelete.id, "configure"),
        ("exchange 'amq.default' in vhost '/'", BasicPublish.id, "write"),
        ("queue 'q' in vhost '/'", BasicConsume.id, "read"), ("queue 'q' in vhost '/'", BasicGet.id, "read"),
    ])
    func theMethodTellsThePermissionThatRabbitMQ3LeavesOut(_ thing: String, _ method: MethodID, _ permission: String) {
        let text = "ACCESS_REFUSED - access to \(thing) refused for user 'u1'"
        let error = AMQPError.channelClosed(by: .init(code: 403, text: text), for: method)
        check(
            error,
            Case(403, text, says: ["no \(permission) permission"], advises: ["for \(permission) has to match"]))
    }

    // MARK: Connection

    static let forced = [
        Case(
            320, "CONNECTION_FORCED - broker forced connection closure with reason 'shutdown'",
            says: ["shutting down"], advises: ["another node"]),
        Case(
            320, "CONNECTION_FORCED - Node was put into maintenance mode", says: ["maintenance"],
            advises: ["another node", "revive"]),
        // 3.10 and 4.0, then 4.3.
        Case(320, "CONNECTION_FORCED - vhost 'gone' is deleted", says: ["'gone'", "deleted"], advises: ["add_vhost"]),
        Case(320, "CONNECTION_FORCED - vhost 'gone' is down", says: ["'gone'", "deleted"], advises: ["list_vhosts"]),
        Case(320, "CONNECTION_FORCED - user 'u1' is deleted", says: ["'u1'"], advises: ["add_user"]),
        Case(
            320, "CONNECTION_FORCED - some reason here", says: ["operator", "some reason here"],
            advises: ["Connect again"]),
    ]

    static let notAllowed = [
        Case(
            530, "NOT_ALLOWED - attempt to reuse consumer tag 't'", says: ["'t'", "in use"], advises: ["tag empty"]),
        Case(
            530, "NOT_ALLOWED - number of channels opened (2047) has reached the negotiated channel_max (2047)",
            says: ["2047"], advises: ["Share channels"]),
        Case(
            530,
            "NOT_ALLOWED - number of channels opened for user 'u2' has reached the maximum allowed user limit of (5)",
            says: ["5"], advises: ["set_user_limits USER '{\"max-channels\": N}'"]),
        // 4.3.
        Case(
            530,
            "NOT_ALLOWED - number of channels opened for user 'u2' has reached the maximum allowed user limit of 5",
            says: ["5"], advises: ["set_user_limits USER '{\"max-channels\": N}'"]),
        Case(
            530, "NOT_ALLOWED - number of channels opened on node 'r@h' has reached the maximum allowed limit of (9)",
            says: ["r@h", "9"], advises: ["channel_max_per_node"]),
        Case(
            530, "NOT_ALLOWED - reached maximum (10) of consumers per channel", says: ["10"],
            advises: ["consumer_max_per_channel"]),
        Case(530, "NOT_ALLOWED - something new", says: ["something new"], advises: ["refused again"]),
    ]

    static let notImplemented = [
        Case(
            540, "NOT_IMPLEMENTED - queue 'qq' in vhost '/' does not support global qos", says: ["'qq'", "global"],
            advises: ["per consumer"]),
        Case(540, "NOT_IMPLEMENTED - prefetch_size!=0 (1)", says: ["prefetch_size = 1"], advises: ["prefetch_count"]),
        // 3.10, then 4.0 and 4.3.
        Case(
            540,
            "NOT_IMPLEMENTED - automatic acknowledgement not supported by stream queues queue 'st' in vhost '/'",
            says: ["stream"], advises: ["manual acknowledgement"]),
        Case(
            540, "NOT_IMPLEMENTED - automatic acknowledgement not supported by stream queue 'st' in vhost '/'",
            says: ["stream"], advises: ["manual acknowledgement"]),
        Case(
            540, "NOT_IMPLEMENTED - basic.get not supported by stream queues queue 'st' in vhost '/'",
            says: ["stream", "basic.get"], advises: ["Consume it"]),
        Case(
            540, "NOT_IMPLEMENTED - queue.purge not supported by stream queues queue 'st' in vhost '/'",
            says: ["stream", "purged"], advises: ["x-max-age"]),
        Case(
            540,
            "NOT_IMPLEMENTED - cannot delete queue 'qqq' in vhost '/'. queue.delete operations with if-unused flag set are not supported by quorum queues",
            says: ["'qqq'", "if-unused"], advises: ["without"]),
        Case(540, "NOT_IMPLEMENTED - requeue=false", says: ["basic.recover"], advises: ["requeue"]),
        Case(540, "NOT_IMPLEMENTED - immediate=true", says: ["immediate"], advises: ["TTL"]),
        Case(540, "NOT_IMPLEMENTED - active=false", says: ["channel.flow"], advises: ["smaller prefetch"]),
        Case(540, "NOT_IMPLEMENTED - something new", says: ["something new"], advises: ["do without"]),
    ]

    static let faults = [
        Case(402, "INVALID_PATH - vhost", says: ["INVALID_PATH"], advises: ["virtual host"]),
        Case(
            501, "FRAME_ERROR - content body size 629145600 exceeds maximum allowed size 536870912",
            says: ["629145600", "536870912"], advises: ["elsewhere"]),
        Case(501, "FRAME_ERROR - type 9, all octets = <<>>", says: ["type 9"], advises: ["report"]),
        Case(502, "SYNTAX_ERROR - whatever", says: ["whatever"], advises: ["report"]),
        Case(
            503, "COMMAND_INVALID - unknown exchange type 'x-delayed-message'", says: ["'x-delayed-message'"],
            advises: ["plugin"]),
        Case(503, "COMMAND_INVALID - unimplemented method", says: ["method"], advises: ["report"]),
        Case(504, "CHANNEL_ERROR - expected 'channel.open'", says: ["channel.open"], advises: ["report"]),
        Case(504, "CHANNEL_ERROR - second 'channel.open' seen", says: ["second"], advises: ["report"]),
        Case(505, "UNEXPECTED_FRAME - expected content body", says: ["content body"], advises: ["report"]),
        Case(506, "RESOURCE_ERROR - no file handles", says: ["no file handles"], advises: ["log"]),
        Case(
            541,
            "INTERNAL_ERROR - Feature `transient_nonexcl_queues` is deprecated.\nIts use is not permitted per the configuration (overriding the default, which is permitted):\n    \"deprecated_features.permit.transient_nonexcl_queues = false\"\nIts use will not be permit...",
            says: ["neither durable nor exclusive"], advises: ["Declare it durable", "4.3"]),
        Case(
            541,
            "INTERNAL_ERROR - Feature `transient_nonexcl_queues` is deprecated.\nBy default, this feature is not permitted anymore.\nThe feature will be removed from a future major RabbitMQ version, regardless of the\nconfiguration; actual version to be determined.",
            says: ["neither durable nor exclusive"], advises: ["Declare it durable"]),
        Case(
            541, "INTERNAL_ERROR - Feature `global_qos` is deprecated.\nBy default, …", says: ["global_qos"],
            advises: ["deprecated_features.permit.global_qos = true"]),
        Case(541, "INTERNAL_ERROR", says: ["541 INTERNAL_ERROR"], advises: ["log"]),
        Case(541, "INTERNAL_ERROR - whatever", says: ["whatever"], advises: ["log"]),
    ]

    @Test(arguments: [forced, notAllowed, notImplemented, faults].flatMap(\.self))
    func aConnectionIsClosed(_ expected: Case) {
        let error = AMQPError.closed(by: .init(code: expected.code, text: expected.text))
        #expect(error.code == .connectionClosed)
        check(error, expected)
    }

    // MARK: Login

    struct Login: Sendable, CustomTestStringConvertible {
        var expected: Case
        var error: AMQPError.Code
        var testDescription: String { expected.testDescription }
    }

    @Test(arguments: [
        Login(
            expected: Case(
                403,
                "ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. For details see the broker logfile.",
                says: ["refused user \"u\" or the password", "PLAIN", "h:5672"],
                advises: ["guest from localhost only", "rabbitmqctl authenticate_user u"]),
            error: .authenticationFailed),
        Login(
            expected: Case(
                403,
                "ACCESS_REFUSED - Login was refused using authentication mechanism EXTERNAL. For details see the broker logfile.",
                says: ["client certificate"], advises: ["ssl_cert_login_from"]),
            error: .authenticationFailed),
        Login(
            expected: Case(
                530, "NOT_ALLOWED - vhost v not found", says: ["no virtual host \"v\"", "h:5672"],
                advises: ["add_vhost 'v'", "set_permissions -p 'v' 'u'"]),
            error: .virtualHostRefused),
        Login(
            expected: Case(
                530, "NOT_ALLOWED - access to vhost 'v' refused for user 'u'", says: ["\"u\"", "\"v\""],
                advises: ["set_permissions -p 'v' 'u'"]),
            error: .virtualHostRefused),
        Login(
            expected: Case(
                530, "NOT_ALLOWED - access to vhost 'v' refused for user 'u': connection limit (7) is reached",
                says: ["\"v\"", "7"], advises: ["set_vhost_limits -p 'v' '{\"max-connections\": N}'"]),
            error: .connectionClosed),
        Login(
            expected: Case(
                530, "NOT_ALLOWED - connection refused for user 'u': user connection limit (7) is reached",
                says: ["\"u\"", "7"], advises: ["set_user_limits"]),
            error: .connectionClosed),
        Login(
            expected: Case(
                530, "NOT_ALLOWED - connection refused: node connection limit (7) is reached", says: ["node", "7"],
                advises: ["connection_max"]),
            error: .connectionClosed),
        Login(
            expected: Case(
                541, "INTERNAL_ERROR - access to vhost 'v' refused for user 'u': vhost 'v' is down",
                says: ["\"v\"", "down"], advises: ["restart_vhost -p 'v'"]),
            error: .connectionClosed),
        Login(
            expected: Case(
                320, "CONNECTION_FORCED - broker forced connection closure with reason 'shutdown'",
                says: ["shutting down"], advises: ["another node"]),
            error: .connectionClosed),
    ])
    func aLoginIsRefused(_ login: Login) throws {
        let address = try BrokerAddress(uri: "amqp://u:S3cr3t@h/v")
        let error = AMQPError.refused(address, by: .init(code: login.expected.code, text: login.expected.text))
        #expect(error.code == login.error)
        #expect(!error.description.contains("S3cr3t"))
        check(error, login.expected)
    }

    // MARK: Returns

    @Test func aReturnedMessageSaysWhatToDo() {
        let toQueue = ReturnReason(replyCode: 312, replyText: "NO_ROUTE", exchange: "", routingKey: "tasks")
        #expect(toQueue.description.contains("no queue \"tasks\"") && toQueue.description.contains("312 NO_ROUTE"))
        #expect(toQueue.description.contains("Declare the queue"))
        let toExchange = ReturnReason(replyCode: 312, replyText: "NO_ROUTE", exchange: "logs", routingKey: "a.b")
        for part in ["\"logs\"", "\"a.b\"", "Bind a queue"] { #expect(toExchange.description.contains(part)) }
    }

    // MARK: The table itself

    @Test func everyCodeOfTheProtocolHasAnAnswerOfLastResort() {
        for code: UInt16 in [403, 404, 405] {
            #expect(AMQPError.channelClosed(by: .init(code: code, text: "X - new")).remedy != nil, "\(code)")
        }
        for code: UInt16 in [320, 402, 403, 501, 502, 503, 504, 505, 506, 530, 540, 541] {
            #expect(AMQPError.closed(by: .init(code: code, text: "X - new")).remedy != nil, "\(code)")
        }
    }

    /// A row behind a more general one would never be found.
    @Test func noRowIsHiddenByAnother() {
        var closed: [(CatalogueEntry.Scope, UInt16)] = []
        for entry in ErrorCatalogue.entries {
            #expect(!closed.contains { $0 == (entry.scope, entry.code) }, "\(entry)")
            if entry.text == nil { closed.append((entry.scope, entry.code)) }
        }
    }

    @Test func textsThatAreCutOffAreTakenAsTheyAre() {
        // RabbitMQ cuts at 255 bytes, which a long name reaches.
        let text = "NOT_FOUND - no queue '" + String(repeating: "x", count: 230) + "..."
        let error = AMQPError.channelClosed(by: .init(code: 404, text: text))
        #expect(error.message.contains("xxx...") && error.remedy?.contains("Declare it first") == true)
    }
}

@Suite struct ReplyPatternTests {
    @Test(
        arguments: [
            ("plain", "plain", [:]), ("plain", "plainer", nil), ("{a}", "all of it", ["a": "all of it"]),
            ("no {kind} '{name}'!", "no queue 'q'!", ["kind": "queue", "name": "q"]),
            ("no {kind} '{name}'!", "no queue 'q'", nil),
            ("no '{name}' in '{host}'", "no '' in ''", ["name": "", "host": ""]),
            ("'{name}' end", "'it's' end", ["name": "it's"]), ("x{rest}", "x", ["rest": ""]), ("", "", [:]),
            ("", "x", nil),
        ] as [(String, String, [String: String]?)])
    func blanksTakeWhatVaries(_ pattern: String, _ text: String, _ expected: [String: String]?) {
        #expect(ReplyPattern(stringLiteral: pattern).match(text) == expected)
    }

    @Test func sentencesKeepBracesThatAreNoBlanks() {
        #expect(ReplyPattern.fill("{a} '{\"max\": N}'", ["a": "x"]) == "x '{\"max\": N}'")
    }
}
