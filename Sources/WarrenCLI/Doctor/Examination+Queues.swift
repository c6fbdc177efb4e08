internal import AMQPClient
internal import Warren

// Queues that somebody is going to use.
extension Examination {
    mutating func examineQueue(_ queue: WantedQueue, _ connection: AMQPConnection) async {
        guard await examineUse(of: queue.declaration, connection), queue.isDescribed else { return }
        await examineDescription(queue.declaration, connection)
    }

    /// - Returns: Whether it exists.
    private mutating func examineUse(of queue: QueueDeclaration, _ connection: AMQPConnection) async -> Bool {
        let name = queue.name.name
        do throws(AMQPError) {
            // A refusal closes the channel.
            let channel = try await connection.openChannel()
            let info = try await channel.declareQueue(name, passive: true)
            try await channel.close()
            let found = "queue '\(name)' has \(Self.count(info.messageCount, "message")) ready"
            if info.consumerCount == 0 {
                say(
                    .queue, .warning, "\(found) and no consumer",
                    remedy: "Start one, for example warren work -q '\(name)'")
            } else {
                say(.queue, .ok, "\(found) and \(Self.count(info.consumerCount, "consumer"))")
            }
            return true
        } catch {
            // The others of this code are about queues that exist and cannot be reached.
            if error.reply?.code == 404, error.reply?.text.contains("no queue") == true, !queue.passive {
                say(
                    .queue, .warning, "queue '\(name)' does not exist",
                    remedy: "The first warren publish or warren work creates it; for other programs use "
                        + "warren queue declare '\(name)'")
            } else {
                say(.queue, error)
            }
            return false
        }
    }

    /// Declares it: it exists, so nothing is created, and the broker says what differs.
    private mutating func examineDescription(_ queue: QueueDeclaration, _ connection: AMQPConnection) async {
        let name = queue.name.name
        do throws(AMQPError) {
            let channel = try await connection.openChannel()
            try await channel.declareQueue(name, arguments: queue.arguments)
            try await channel.close()
            say(.queue, .ok, "queue '\(name)' is as you declare it")
        } catch {
            say(.queue, error)
        }
    }

    private static func count(_ number: UInt32, _ word: String) -> String {
        "\(number) \(word)" + (number == 1 ? "" : "s")
    }
}
