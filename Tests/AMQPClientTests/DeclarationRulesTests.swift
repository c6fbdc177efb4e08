import AMQPCodec
import Testing

@testable import AMQPClient

@Suite struct DeclarationRulesTests {
    private func refusal(_ declare: QueueDeclare, _ version: String = "4.3.6") -> String? {
        do throws(AMQPError) {
            try DeclarationRules.check(declare, on: ServerVersion(version))
            return nil
        } catch {
            return error.description
        }
    }

    private func queue(
        _ name: String = "q",
        durable: Bool = true,
        exclusive: Bool = false,
        autoDelete: Bool = false,
        arguments: FieldTable = [:]
    ) -> QueueDeclare {
        QueueDeclare(
            queue: name, durable: durable, exclusive: exclusive, autoDelete: autoDelete, arguments: arguments)
    }

    @Test(arguments: ["3.10.8", "4.0.5", "4.3.6", "4.4.0-rc.1"])
    func whatRabbitMQRefusesInEveryVersion(_ version: String) {
        for type: FieldValue in ["quorum", "stream"] {
            #expect(
                refusal(queue(exclusive: true, arguments: ["x-queue-type": type]), version)?.contains("exclusive")
                    == true)
            #expect(
                refusal(queue(durable: false, arguments: ["x-queue-type": type]), version)?.contains("durable") == true)
            #expect(
                refusal(queue(autoDelete: true, arguments: ["x-queue-type": type]), version)?.contains("x-expires")
                    == true)
            #expect(refusal(queue("", arguments: ["x-queue-type": type]), version)?.contains("name") == true)
            #expect(
                refusal(queue(arguments: ["x-queue-type": type, "x-max-priority": 5]), version)?.contains("priorit")
                    == true)
        }
        #expect(refusal(queue("amq.mine"), version)?.contains("amq.") == true)
        #expect(refusal(queue(arguments: ["x-max-priority": 256]), version)?.contains("255") == true)
        #expect(refusal(queue(arguments: ["x-queue-type": "classic", "x-delivery-limit": 5]), version) != nil)
    }

    @Test func whatOnlyNewVersionsRefuse() {
        let transient = queue(durable: false)
        #expect(refusal(transient, "4.2.0") == nil && refusal(transient)?.contains("4.3") == true)
        let timeout = queue(arguments: ["x-queue-type": "classic", "x-consumer-timeout": 1000])
        #expect(refusal(timeout, "4.0.5") == nil && refusal(timeout) != nil)
        let old = queue(arguments: ["x-queue-type": "classic", "x-queue-version": 1])
        #expect(refusal(old, "4.0.5") == nil && refusal(old) != nil)
    }

    @Test(arguments: ["3.10.8", "4.3.6"]) func whatIsFineEverywhere(_ version: String) {
        for fine in [
            queue(), queue(""), queue(exclusive: true), queue(durable: false, exclusive: true),
            queue(arguments: ["x-queue-type": "quorum", "x-delivery-limit": 5]),
            queue(arguments: ["x-max-priority": 5]),
            QueueDeclare(queue: "amq.gen-1", passive: true),
        ] { #expect(refusal(fine, version) == nil) }
    }

    @Test func anExpirationIsANumber() throws {
        for bad in ["", "abc", "-1", "1.5", "1s"] {
            #expect(throws: AMQPError.self) { try DeclarationRules.check(BasicProperties(expiration: bad)) }
        }
        try DeclarationRules.check(BasicProperties(expiration: "60000"))
        try DeclarationRules.check(BasicProperties())
    }

    @Test func argumentsHaveTheirNamesAndTypesOnTheWire() {
        let table = QueueArguments(
            type: .quorum, deadLetterExchange: "dead", messageTTL: .seconds(60), maxLength: 10,
            overflow: .rejectPublish,
            deliveryLimit: 3, singleActiveConsumer: true, maxAge: .seconds(3600), others: ["x-mine": 1]
        ).table
        #expect(
            table == [
                "x-mine": 1, "x-queue-type": "quorum", "x-dead-letter-exchange": "dead",
                "x-message-ttl": .int64(60_000),
                "x-max-length": .int64(10), "x-overflow": "reject-publish", "x-delivery-limit": .int64(3),
                "x-single-active-consumer": true, "x-max-age": "3600s",
            ])
        #expect(ConsumerArguments(streamOffset: .offset(5)).table == ["x-stream-offset": .int64(5)])
        #expect(ConsumerArguments(priority: 2, streamOffset: .age(.seconds(60))).table["x-stream-offset"] == "60s")
    }
}
