import AMQPClient
import Testing

/// Messages of every shape come back as they went.
@Suite(.needsBroker, .timeLimit(.minutes(2))) struct RoundTripTests {
    private func roundTrip(_ body: MessageBody, _ properties: BasicProperties = .persistent) async throws -> Delivery {
        try await withBroker { connection, channel, queue in
            let publisher = try await connection.makePublisher()
            #expect(try await publisher.publish(body, routingKey: queue, properties: properties) == .confirmed)
            var deliveries = try await channel.consume(queue, prefetch: 1).makeAsyncIterator()
            let delivery = try #require(try await deliveries.next())
            try delivery.ack()
            return delivery
        }
    }

    /// Around what one frame holds, with the frame size that was agreed (131,072).
    @Test(arguments: [0, 1, 131_063, 131_064, 131_065, 262_128, 262_129, 16 * 1024 * 1024])
    func bodies(_ size: Int) async throws {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        let delivery = try await roundTrip(MessageBody(bytes))
        #expect(delivery.body.bytes == bytes)
    }

    @Test func bodiesWithSmallFrames() async throws {
        let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
        try await withBroker({ $0.frameMax = 8192 }) { connection, channel, queue in
            let publisher = try await connection.makePublisher()
            for size in [8183, 8184, 8185, 100_000] {
                #expect(try await publisher.publish(.init(Array(bytes.prefix(size))), routingKey: queue) == .confirmed)
                let delivery = try #require(try await channel.get(queue))
                #expect(delivery.body.bytes == Array(bytes.prefix(size)))
                try delivery.ack()
            }
        }
    }

    @Test func everyProperty() async throws {
        let properties = BasicProperties(
            contentType: "text/plain", contentEncoding: "identity", headers: ["k": "v"], deliveryMode: .transient,
            priority: 3, correlationID: "c", replyTo: "r", expiration: "60000", messageID: "m",
            timestamp: 1_700_000_000, type: "t", userID: "guest", appID: "a", clusterID: "cl")
        #expect(try await roundTrip("x", properties).properties == properties)
    }

    /// RabbitMQ takes what it does not have to read as it is.
    @Test func everyTypeOfHeader() async throws {
        let headers: FieldTable = [
            "bool": true, "int": .int32(-5), "long": .int64(.min), "double": .double(1.5), "string": "héllo",
            "bytes": .bytes([0, 255]), "time": .timestamp(1_700_000_000), "void": .void,
            "table": .table(["inner": .array([1, "two", .table([:])])]), "binary": .binaryString([0xFF, 0x00, 0xC3]),
            "": "an empty key",
        ]
        let delivery = try await roundTrip("x", BasicProperties(headers: headers, messageID: "m"))
        // RabbitMQ 4 sorts them.
        #expect(delivery.properties.headers?.sorted == headers.sorted)
    }

    @Test func aHeaderTableOf65535Bytes() async throws {
        // Four bytes of length, and per entry one of key length, five of key, one of type, four of length.
        let entries = (0..<64).map {
            FieldTable.Entry(key: String(10_000 + $0), value: .bytes(Array(repeating: 7, count: 1012)))
        }
        var headers = FieldTable(entries)
        headers["last."] = .bytes(Array(repeating: 8, count: 65535 - 64 * (11 + 1012) - 11))
        let delivery = try await roundTrip("x", BasicProperties(headers: headers, messageID: "m"))
        #expect(delivery.properties.headers == headers)
    }

    @Test func tablesNestedToTheLimit() async throws {
        func nested(_ depth: Int) -> FieldTable { depth == 1 ? ["leaf": true] : ["t": .table(nested(depth - 1))] }
        let headers = nested(FieldTable.maximumDepth)
        let delivery = try await roundTrip("x", BasicProperties(headers: headers, messageID: "m"))
        #expect(delivery.properties.headers == headers)
    }
}
