internal import NIOCore

/// Publishes with an honest outcome: a channel in confirm mode and the window of what is still open on it.
///
///     let publisher = try await connection.makePublisher()
///     switch try await publisher.publish(body, routingKey: "task_queue") {
///     case .confirmed: break
///     case let other: print("not queued: \(other)")
///     }
///
/// ``publish(_:exchange:routingKey:properties:mandatory:)`` waits for the outcome. For throughput use
/// ``publishDeferred(_:exchange:routingKey:properties:mandatory:)``, which waits only while the window is full.
public final class Publisher: Sendable {
    public let connection: AMQPConnection
    let channel: AMQPChannel
    private let confirms: OutboxChannel.Confirms

    /// The most publishes that may be open at a time, by default.
    public static let defaultWindow = 1000
    /// The largest window.
    public static let maximumWindow = 1_000_000

    init(channel: AMQPChannel, confirms: OutboxChannel.Confirms) {
        connection = channel.connection
        self.channel = channel
        self.confirms = confirms
    }

    /// Publishes, and waits for the broker's answer.
    ///
    /// - Parameters:
    ///   - exchange: Empty is the default exchange, which routes to the queue named by the routing key.
    ///   - properties: Persistent by default. A mandatory message without a message id is given one.
    ///   - mandatory: A message that no queue takes is ``PublishOutcome/returned(_:)`` instead of silently dropped.
    /// - Returns: The outcome. It is ``PublishOutcome/unknown(_:)`` if the channel ended, the task was cancelled or the
    ///   deadline passed after the message was sent.
    /// - Throws: ``AMQPError`` if the message was not sent at all.
    public func publish(
        _ body: MessageBody,
        exchange: String = "",
        routingKey: String,
        properties: BasicProperties = .persistent,
        mandatory: Bool = true
    ) async throws(AMQPError) -> PublishOutcome {
        try await publishDeferred(
            body, exchange: exchange, routingKey: routingKey, properties: properties, mandatory: mandatory
        ).outcome
    }

    /// Publishes; the outcome follows. Waits only while the window, or the outbox, is full.
    ///
    /// - Parameter onOutcome: Called with the outcome, once, on the thread that learns of it: must not block.
    /// - Throws: ``AMQPError`` if the message was not sent at all.
    @discardableResult
    public func publishDeferred(
        _ body: MessageBody,
        exchange: String = "",
        routingKey: String,
        properties: BasicProperties = .persistent,
        mandatory: Bool = true,
        onOutcome: (@Sendable (PublishOutcome) -> Void)? = nil
    ) async throws(AMQPError) -> DeferredConfirmation {
        let confirmation = DeferredConfirmation(outbox: connection.outbox, onOutcome: onOutcome)
        let message = OutboundMessage(
            body: body.buffer, exchange: exchange, routingKey: routingKey, mandatory: mandatory, properties: properties)
        try await connection.publish(message, on: channel.key, confirmation: confirmation)
        return confirmation
    }

    /// Waits until every publish so far has its outcome.
    ///
    /// - Returns: The outcomes of this publisher so far.
    /// - Throws: ``AMQPError``: `timeout` after ``AMQPConnection/Options/publishTimeout`` in which the broker did not
    ///   answer; the channel's error if it ended.
    @discardableResult
    public func drain() async throws(AMQPError) -> PublishTally {
        let deadline = NIODeadline.now() + TimeAmount(connection.options.publishTimeout)
        if let settled = try connection.outbox.drain(confirms, deadline: deadline) { try await settled.value() }
        return tally
    }

    /// Ends everything that is sent and not answered as ``PublishOutcome/unknown(_:)``, at once, and leaves the channel
    /// open. The broker may have it, or get it later; answers that still come are for nobody.
    ///
    /// For who can publish elsewhere, and cannot wait for a broker under an alarm.
    ///
    /// - Parameter error: Why.
    package func giveUpUnanswered(because error: AMQPError) {
        connection.outbox.giveUpUnanswered(confirms, because: error)
    }

    /// How many publishes ended how, so far.
    public var tally: PublishTally { connection.outbox.tally(confirms) }

    /// Waits for what is open, then closes the channel.
    public func close() async throws(AMQPError) {
        try await drain()
        try await channel.close()
    }
}

/// What becomes of a publish that the broker has not answered when the connection is lost.
public enum UnansweredPublish: Sendable {
    /// It ends as ``PublishOutcome/unknown(_:)``; whoever published decides.
    case isUnknown
    /// It is published again after recovery, with the same message id, and so may be queued twice. Each message is kept
    /// in memory until it is answered, up to ``AMQPConnection/Options/maximumRetainedBytes``.
    case isReplayed
}

extension AMQPConnection {
    /// Opens a channel in confirm mode.
    ///
    /// It survives a lost connection. What is published meanwhile is kept, up to the window and
    /// ``Options/maximumRetainedBytes``, and sent after recovery; beyond that, publishing waits. What is not confirmed
    /// within ``Options/publishTimeout`` ends as unknown.
    ///
    /// - Parameters:
    ///   - window: The most publishes that may be open, that is accepted and not answered, at a time. Beyond it,
    ///     publishing waits.
    ///   - unanswered: What becomes of those that were sent and not answered when the connection is lost.
    ///   - waitsForBroker: Whether publishing waits while the connection is lost or the server blocks it. Otherwise it
    ///     throws at once, with code `connectionLost` or `blocked`: for who can publish elsewhere.
    public func makePublisher(
        window: Int = Publisher.defaultWindow,
        unanswered: UnansweredPublish = .isUnknown,
        waitsForBroker: Bool = true
    ) async throws(AMQPError) -> Publisher {
        guard (1...Publisher.maximumWindow).contains(window) else {
            throw .invalidArgument("a publish window of \(window) is not from 1 to \(Publisher.maximumWindow)")
        }
        let key = try await openChannel(role: .publisher) { (connection, key) throws(AMQPError) in
            _ = try await connection.callOrClose(ConfirmSelect(), on: key)
        }
        let ledger = ConfirmLedger(
            window: window, waitsForBroker: waitsForBroker, replays: unanswered == .isReplayed,
            maximumRetainedBytes: options.maximumRetainedBytes)
        return Publisher(
            channel: AMQPChannel(connection: self, key: key), confirms: outbox.startConfirming(key, ledger: ledger))
    }
}
