extension AMQPError {
    /// A `connection.close` of the server, explained.
    static func closed(by reply: ServerReply) -> AMQPError {
        let remedy: String? =
            switch reply.code {
            case 320: "The broker is shutting down, in maintenance, or an operator closed the connection; connect again"
            case 501, 502, 503, 504, 505: "This is a fault in a client or proxy; please report it"
            case 541:
                "RabbitMQ failed inside; its log says why. RabbitMQ 4.3 answers so to a transient queue that is "
                    + "not exclusive"
            default: nil
            }
        return AMQPError(
            .connectionClosed, "the server closed the connection: \(reply.code) \(reply.text)", remedy: remedy,
            reply: reply)
    }

    /// A `channel.close` of the server, explained.
    static func channelClosed(by reply: ServerReply) -> AMQPError {
        if reply.code == 406, let mismatch = DeclarationMismatch(text: reply.text) {
            return AMQPError(
                .channelClosed,
                "\(mismatch.entity) exists with \(mismatch.argument) = \(mismatch.current), but was declared with "
                    + "\(mismatch.argument) = \(mismatch.received)",
                remedy: "Declare it with \(mismatch.argument) = \(mismatch.current), take it as it is with a passive "
                    + "declare, or delete it first",
                reply: reply)
        }
        let remedy: String? =
            switch reply.code {
            case 403: "Ask for the permission with rabbitmqctl set_permissions"
            case 404: "Declare it first, or check its name and the virtual host"
            case 405: "It is exclusive to another connection; wait until that is gone, or use another name"
            case 406 where reply.text.contains("delivery acknowledgement"):
                "The task took longer than the broker's consumer timeout; raise it with the queue argument "
                    + "x-consumer-timeout or a policy"
            default: nil
            }
        return AMQPError(
            .channelClosed, "the server closed the channel: \(reply.code) \(reply.text)", remedy: remedy, reply: reply)
    }
}

/// RabbitMQ's text for a declaration that differs from what exists, taken apart:
/// `inequivalent arg 'durable' for queue 'q' in vhost '/': received 'false' but current is 'true'`
struct DeclarationMismatch: Equatable {
    var entity: String
    var argument: String
    var received: String
    var current: String

    init?(text: String) {
        let pattern =
            /inequivalent arg '(?<argument>[^']+)' for (?<entity>\w+ '.*?') in vhost '.*': received (?<received>.+) but current is (?<current>.+)$/
        guard let match = text.firstMatch(of: pattern) else { return nil }
        // `'true'`, `the value '5' of type 'long'`, or `none`.
        func plain(_ value: Substring) -> String {
            value.firstMatch(of: /'([^']*)'/).map { String($0.1) } ?? "nothing"
        }
        argument = String(match.argument)
        entity = String(match.entity)
        received = plain(match.received)
        current = plain(match.current)
    }
}
