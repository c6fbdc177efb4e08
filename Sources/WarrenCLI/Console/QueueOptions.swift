internal import AMQPClient
internal import ArgumentParser
internal import Warren

/// Which queue, and how it is declared.
struct QueueOptions: ParsableArguments, Sendable {
    @Option(name: .shortAndLong, help: ArgumentHelp("The queue.", valueName: "name"))
    var queue: String

    @OptionGroup var declaration: DeclarationOptions

    mutating func validate() throws {
        guard !queue.isEmpty else { throw ValidationError("--queue must not be empty") }
        guard queue.utf8.count <= 255 else { throw ValidationError("--queue is longer than AMQP's 255 bytes") }
    }

    func queueDeclaration() throws -> QueueDeclaration {
        try declaration.declaration(of: queue)
    }
}

struct DeclarationOptions: ParsableArguments, Sendable {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "classic, quorum or stream; without it the virtual host's default, as the task_queue tutorial had it.",
            valueName: "type"))
    var queueType: String?

    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp("A queue argument, for example x-message-ttl=60000. May be repeated.", valueName: "k=v"))
    var argument: [String] = []

    @Flag(name: .long, help: "Take the queue as it is; fail if there is none.")
    var passive = false

    func declaration(of queue: String) throws -> QueueDeclaration {
        var arguments: FieldTable = [:]
        if let queueType { arguments["x-queue-type"] = .string(queueType) }
        for text in argument {
            let (key, value) = try KeyValue.parse(text, option: "--argument")
            arguments[key] = value
        }
        return QueueDeclaration(QueueName(queue), arguments: arguments, passive: passive)
    }
}

/// `key=value` on the command line.
enum KeyValue {
    /// A value that reads as a number or as true or false is one.
    static func parse(_ text: String, option: String) throws -> (String, FieldValue) {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            throw ValidationError("\(option) takes key=value, not \"\(text)\"")
        }
        let value = String(text[text.index(after: equals)...])
        return (String(text[..<equals]), typed(value))
    }

    private static func typed(_ text: String) -> FieldValue {
        if let number = Int64(text) { return .int64(number) }
        if text == "true" || text == "false" { return .bool(text == "true") }
        return .string(text)
    }
}
