@testable import AMQPClient

/// Uses everything of a connection that waits for something from the server.
struct FuzzClient: Sendable {
    let connection: AMQPConnection
    let heard: Heard

    func run() async {
        // One after the other: the seeds rely on the numbers 1, 2 and 3.
        let first = await attempt("open") { () throws(AMQPError) in try await connection.openChannel() }
        let publisher = await attempt("publisher") { () throws(AMQPError) in
            try await connection.makePublisher(window: 8, unanswered: .isReplayed)
        }
        let third = await attempt("open") { () throws(AMQPError) in try await connection.openChannel() }
        await withDiscardingTaskGroup { group in
            group.addTask {
                await attempt("secret") { () throws(AMQPError) in try await connection.updateSecret("new") }
            }
            if let first {
                group.addTask {
                    await consume(first)
                    // Only now, when the consumer is given up.
                    await connection.close(timeout: .seconds(1000))
                }
            }
            if let publisher { group.addTask { await publish(publisher) } }
            if let third { group.addTask { await doTheRest(third) } }
        }
    }

    /// Channel 1: declares, and consumes until the message "last".
    private func consume(_ channel: AMQPChannel) async {
        await attempt("declare") { () throws(AMQPError) in
            try await channel.declareExchange("e", autoDelete: true)
            try await channel.declareQueue("q")
            try await channel.bindQueue("q", to: "e", routingKey: "k")
        }
        let consumer = await attempt("consume") { () throws(AMQPError) in
            try await channel.consume("q", prefetch: 10, tag: "c1") { _ in heard.count("interruption") }
        }
        guard let consumer else { return }
        await attempt("consumer") { () throws(AMQPError) in
            for try await delivery in consumer {
                heard.count("delivery")
                await attempt("settle") { () throws(AMQPError) in
                    switch delivery.deliveryTag % 3 {
                    case 0: try delivery.nack()
                    case 1: try delivery.ack()
                    default: try delivery.reject(requeue: false)
                    }
                }
                if delivery.body.text == "last" { break }
            }
        }
    }

    /// Channel 2: publishes, in confirm mode.
    private func publish(_ publisher: Publisher) async {
        for number in 1...6 {
            var properties = BasicProperties.persistent
            if number.isMultiple(of: 2) { properties.messageID = "m\(number)" }
            let confirmation = await attempt("publish") { () throws(AMQPError) in
                try await publisher.publishDeferred(
                    MessageBody("message \(number)"), routingKey: "q", properties: properties, mandatory: number < 5)
            }
            guard let confirmation else { continue }
            Task(executorPreference: connection.taskExecutor) {
                let outcome = await confirmation.outcome
                heard.count(Mirror(reflecting: outcome).children.first?.label ?? "\(outcome)")
            }
        }
        await attempt("drain") { () throws(AMQPError) in try await publisher.drain() }
    }

    /// Channel 3: gets, consumes without acknowledgement until the server cancels that, and asks for this and that.
    private func doTheRest(_ channel: AMQPChannel) async {
        for _ in 0..<2 {
            let delivery = await attempt("get") { () throws(AMQPError) in try await channel.get("q") }
            if let delivery, let delivery {
                heard.count("got")
                try? delivery.ack()
            }
        }
        let consumer = await attempt("consume") { () throws(AMQPError) in
            try await channel.consume("logs", prefetch: 1, acknowledgement: .none, tag: "c2")
        }
        if let consumer {
            await attempt("consumer") { () throws(AMQPError) in for try await _ in consumer { heard.count("log") } }
        }
        await attempt("rest") { () throws(AMQPError) in
            try await channel.setFlow(active: true)
            try await channel.recover()
            try await channel.purgeQueue("q")
            try await channel.unbindQueue("q", from: "e", routingKey: "k")
            try await channel.publish("plain", routingKey: "q")
            try await channel.deleteQueue("q")
        }
        await attempt("close") { () throws(AMQPError) in try await channel.close() }
    }

    @discardableResult
    private func attempt<Value: Sendable>(
        _ what: String,
        _ work: () async throws(AMQPError) -> Value
    ) async -> Value? {
        do throws(AMQPError) {
            let value = try await work()
            heard.count(what)
            return value
        } catch {
            heard.count("\(what): \(error.code)")
            return nil
        }
    }
}
