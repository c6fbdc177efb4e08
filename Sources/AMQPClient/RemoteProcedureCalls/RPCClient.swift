internal import NIOCore

/// Asks a question by a message and waits for the answer: remote procedure calls over RabbitMQ's direct reply-to, which
/// needs no queue for the answers.
///
///     let client = try await connection.makeRPCClient()
///     let answer = try await client.call("7", routingKey: "fibonacci")
///
/// The other side answers with ``AMQPChannel/reply(to:_:properties:)``. Any number of calls may be under way; answers find
/// their call by its correlation id. A call whose connection is lost ends with `connectionLost`: its answer is lost, and
/// whether the question was worked on is not known.
public final class RPCClient: Sendable {
    /// The name of RabbitMQ's pseudo-queue.
    static let replyQueue = "amq.rabbitmq.reply-to"

    private let publisher: Publisher
    private let calls: PendingRPCs
    private let receiving: Task<Void, Never>

    init(publisher: Publisher, replies: Consumer, calls: PendingRPCs) {
        self.publisher = publisher
        self.calls = calls
        receiving = Task {
            do throws(AMQPError) {
                for try await reply in replies { calls.answer(reply) }
                calls.end(because: .closedByUs)
            } catch {
                calls.end(because: error)
            }
        }
    }

    deinit { receiving.cancel() }

    /// Publishes a question and waits for its answer.
    ///
    /// - Parameters:
    ///   - properties: Transient by default; `replyTo` and `correlationID` are set here.
    ///   - timeout: Of the whole call.
    /// - Throws: ``AMQPError``: `notRouted` if no queue took the question, `timeout`, `connectionLost`, `cancelled`.
    public func call(
        _ body: MessageBody,
        exchange: String = "",
        routingKey: String,
        properties: BasicProperties = BasicProperties(),
        timeout: Duration = .seconds(30)
    ) async throws(AMQPError) -> Delivery {
        let (id, answer) = try calls.begin()
        defer { calls.forget(id) }
        let overdue = publisher.connection.eventLoop.scheduleTask(in: TimeAmount(timeout)) {
            _ = answer.resolve(
                .failure(
                    AMQPError(
                        .timeout, "no answer to the call of \"\(routingKey)\" within \(timeout)",
                        remedy: "Is its server running? It may still work on the question")))
        }
        defer { overdue.cancel() }
        var properties = properties
        properties.replyTo = Self.replyQueue
        properties.correlationID = id
        let sent = try await publisher.publishDeferred(
            body, exchange: exchange, routingKey: routingKey, properties: properties, mandatory: true)
        // The answer may come before the confirm, which is then of no interest.
        let refusal = Task {
            if let error = AMQPError.notAsked(await sent.outcome) { answer.resolve(.failure(error)) }
        }
        defer { refusal.cancel() }
        return try await answer.value()
    }

    /// Ends all calls and closes the channel.
    public func close() async throws(AMQPError) {
        receiving.cancel()
        calls.end(because: .closedByUs)
        try await publisher.close()
    }
}

extension AMQPConnection {
    /// Opens a channel for remote procedure calls.
    public func makeRPCClient() async throws(AMQPError) -> RPCClient {
        // Direct reply-to wants questions and answers on one channel.
        let publisher = try await makePublisher()
        let calls = PendingRPCs()
        let replies = try await publisher.channel.consume(
            RPCClient.replyQueue, prefetch: 1, acknowledgement: .none, onInterruption: { calls.fail(because: $0) })
        return RPCClient(publisher: publisher, replies: replies, calls: calls)
    }
}

extension AMQPChannel {
    /// Answers a question of an ``RPCClient``, or of any other client that names a queue to reply to.
    ///
    /// - Throws: ``AMQPError`` with code `invalidArgument` if the delivery does not say where to.
    public func reply(
        to question: Delivery,
        _ body: MessageBody,
        properties: BasicProperties = BasicProperties()
    ) async throws(AMQPError) {
        guard let replyTo = question.properties.replyTo, !replyTo.isEmpty else {
            throw .invalidArgument("the message does not say where to reply to: it has no reply_to")
        }
        var properties = properties
        properties.correlationID = question.properties.correlationID
        try await publish(body, routingKey: replyTo, properties: properties)
    }
}

extension AMQPError {
    /// Why a question did not get to anybody, if it did not.
    fileprivate static func notAsked(_ outcome: PublishOutcome) -> AMQPError? {
        switch outcome {
        case .confirmed: nil
        case .returned(let reason):
            AMQPError(.notRouted, "nobody takes the question: \(reason)", remedy: "Is the server's queue declared?")
        case .nacked: AMQPError(.notRouted, "the broker could not take the question. Is the server's queue full?")
        case .unknown(let error): error.code == .cancelled ? nil : error
        }
    }
}
