extension AMQPError {
    /// A `connection.close` of the server, explained.
    static func closed(by reply: ServerReply) -> AMQPError {
        let found = ErrorCatalogue.explain(reply, .connection)
        return AMQPError(
            found.error ?? .connectionClosed,
            "the server closed the connection: " + Self.sentence(found, reply), remedy: found.remedy, reply: reply)
    }

    /// A `connection.close` of the server before it had opened the virtual host.
    static func refused(_ address: BrokerAddress, by reply: ServerReply) -> AMQPError {
        let found = ErrorCatalogue.explain(
            reply, .login,
            context: [
                "address": "\(address.host):\(address.port)", "user": address.credentials.user,
                "virtualHost": address.virtualHost,
            ])
        // What is nothing of logging in, for example a shutdown.
        guard found.remedy != nil else { return closed(by: reply) }
        let prefix = found.cause == nil ? "the server at \(address) refused the connection: " : ""
        return AMQPError(
            found.error ?? .connectionClosed, prefix + Self.sentence(found, reply), remedy: found.remedy, reply: reply)
    }

    /// A `channel.close` of the server, explained.
    ///
    /// - Parameter method: What it refused, if it says so.
    static func channelClosed(by reply: ServerReply, for method: MethodID? = nil) -> AMQPError {
        if reply.code == 406, let mismatch = DeclarationMismatch(text: reply.text) {
            return AMQPError(.channelClosed, mismatch.cause, remedy: mismatch.remedy, reply: reply)
        }
        var complete = reply
        if reply.code == 403, let permission = method?.permission {
            // RabbitMQ 3 leaves out what 4 says: which permission.
            complete.text.replace("ACCESS_REFUSED - access to", with: "ACCESS_REFUSED - \(permission) access to")
        }
        let found = ErrorCatalogue.explain(complete, .channel)
        // A cause is about the operation that was refused; without one it has to be said what happened.
        let prefix = found.cause == nil ? "the server closed the channel: " : ""
        return AMQPError(
            found.error ?? .channelClosed, prefix + Self.sentence(found, reply), remedy: found.remedy, reply: reply)
    }

    private static func sentence(_ found: ErrorCatalogue.Explanation, _ reply: ServerReply) -> String {
        found.cause.map { "\($0) (\(reply.codeAndName))" } ?? "\(reply.code) \(reply.text)"
    }
}

extension MethodID {
    /// The permission that RabbitMQ asks for before it does this, where it is only one.
    fileprivate var permission: String? {
        switch self {
        case QueueDeclare.id, QueueDelete.id, ExchangeDeclare.id, ExchangeDelete.id: "configure"
        case BasicPublish.id: "write"
        case BasicConsume.id, BasicGet.id, QueuePurge.id: "read"
        default: nil
        }
    }
}
