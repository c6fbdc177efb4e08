internal import AMQPClient

/// Where delayed messages wait: a queue whose every message lives for the delay and then goes to the target.
///
/// One queue per delay, because a queue expires messages at its head only: with mixed delays a long one would hold up
/// the short ones behind it. The queue itself goes a day after it was last declared and its last message could be due.
struct DelayQueue {
    var milliseconds: Int64
    var target: String

    var name: String { "\(target).delay.\(milliseconds)ms" }

    private static let day: Int64 = 86_400_000

    func declare(on channel: AMQPChannel) async throws(AMQPError) {
        try await channel.declareQueue(
            name,
            arguments: [
                "x-message-ttl": .int64(milliseconds),
                "x-dead-letter-exchange": "",
                "x-dead-letter-routing-key": .string(target),
                // RabbitMQ holds an expiry in 32 bits of milliseconds.
                "x-expires": .int64(min(milliseconds + Self.day, 4_294_967_295)),
            ])
    }
}
