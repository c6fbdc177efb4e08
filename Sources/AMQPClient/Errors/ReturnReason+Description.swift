extension ReturnReason {
    /// What happened, in one sentence.
    public var message: String {
        let what =
            if replyCode == 313 {
                "a queue has no consumer that could take a message with \"\(routingKey)\" at once"
            } else if exchange.isEmpty {
                "there is no queue \"\(routingKey)\", so the broker dropped a message for it"
            } else {
                "exchange \"\(exchange)\" routes \"\(routingKey)\" to no queue, so the broker dropped the message"
            }
        return "\(what) (\(replyCode) \(replyText))"
    }

    /// What to do about it.
    public var remedy: String {
        if exchange.isEmpty {
            return "Declare the queue before you publish to it, or check the name and the virtual host"
        }
        return "Bind a queue to the exchange with a key that fits, check the routing key, or give the exchange an "
            + "alternate-exchange for what nothing takes"
    }
}

extension ReturnReason: CustomStringConvertible {
    public var description: String { "\(message). \(remedy)" }
}
