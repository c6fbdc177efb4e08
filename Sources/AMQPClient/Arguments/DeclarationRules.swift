/// RabbitMQ's rules for queues, checked before it is asked: its own refusals close the channel or the connection, and some
/// of them say little.
enum DeclarationRules {
    /// - Throws: ``AMQPError`` with code `invalidArgument`, with the remedy.
    static func check(_ declare: QueueDeclare, on server: ServerVersion?) throws(AMQPError) {
        // As it is: then nothing else counts.
        guard !declare.passive else { return }
        guard !declare.queue.hasPrefix("amq.") else {
            throw .invalidArgument(
                "the queue name \"\(declare.queue)\" begins with amq., which RabbitMQ keeps for itself",
                remedy: "Choose another name, or an empty one to let the server choose")
        }
        switch declare.arguments["x-queue-type"] {
        case "quorum": try checkReplicated(declare, "quorum queue")
        case "stream": try checkReplicated(declare, "stream")
        case "classic": try checkClassic(declare, server)
        case nil, .some: break
        }
        if let priority = declare.arguments["x-max-priority"]?.integer, !(1...255).contains(priority) {
            throw .invalidArgument(
                "x-max-priority is from 1 to 255, not \(priority)",
                remedy: "Few priorities are better: each costs memory")
        }
        if let server, server >= ServerVersion(4, 3), !declare.durable, !declare.exclusive {
            throw .invalidArgument(
                "RabbitMQ \(server) closes the connection for a queue that is neither durable nor exclusive",
                remedy: "Declare \"\(declare.queue)\" durable, or exclusive. If this broker permits "
                    + "transient_nonexcl_queues, set checksDeclarations to false")
        }
    }

    private static func checkReplicated(_ declare: QueueDeclare, _ what: String) throws(AMQPError) {
        let name = declare.queue
        guard !name.isEmpty else {
            throw .invalidArgument("a \(what) needs a name: the server chooses none for it")
        }
        if declare.exclusive {
            throw .invalidArgument(
                "the \(what) \"\(name)\" cannot be exclusive", remedy: "Make it classic, or not exclusive")
        }
        if !declare.durable {
            throw .invalidArgument("the \(what) \"\(name)\" has to be durable", remedy: "Make it durable, or classic")
        }
        if declare.autoDelete {
            throw .invalidArgument(
                "the \(what) \"\(name)\" cannot be deleted automatically",
                remedy: "Use x-expires, which deletes it after a time without use")
        }
        if declare.arguments["x-max-priority"] != nil {
            throw .invalidArgument(
                "the \(what) \"\(name)\" does not take x-max-priority",
                remedy: "A quorum queue has priorities without it, since RabbitMQ 4.0")
        }
    }

    private static func checkClassic(_ declare: QueueDeclare, _ server: ServerVersion?) throws(AMQPError) {
        let name = declare.queue
        if declare.arguments["x-delivery-limit"] != nil {
            throw .invalidArgument(
                "the classic queue \"\(name)\" has no delivery limit", remedy: "Make it a quorum queue")
        }
        if let server, server >= ServerVersion(4, 3), declare.arguments["x-consumer-timeout"] != nil {
            throw .invalidArgument(
                "since RabbitMQ 4.3 the classic queue \"\(name)\" has no consumer timeout",
                remedy: "Leave x-consumer-timeout out, or make it a quorum queue")
        }
        if let server, server >= ServerVersion(4, 3), declare.arguments["x-queue-version"]?.integer == 1 {
            throw .invalidArgument(
                "RabbitMQ \(server) has no classic queues of version 1", remedy: "Leave x-queue-version out")
        }
    }

    /// The expiration of a message is a number of milliseconds, written as text.
    static func check(_ properties: BasicProperties) throws(AMQPError) {
        guard let expiration = properties.expiration else { return }
        guard !expiration.isEmpty, expiration.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else {
            throw .invalidArgument(
                "the expiration \"\(expiration)\" is not a number of milliseconds", remedy: "Write 60000 for a minute")
        }
    }
}

extension FieldValue {
    /// Whichever of AMQP's integers it is.
    fileprivate var integer: Int64? {
        switch self {
        case .int8(let value): Int64(value)
        case .uint8(let value): Int64(value)
        case .int16(let value): Int64(value)
        case .uint16(let value): Int64(value)
        case .int32(let value): Int64(value)
        case .uint32(let value): Int64(value)
        case .int64(let value): value
        default: nil
        }
    }
}
