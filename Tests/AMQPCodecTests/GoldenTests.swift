import AMQPCodec
import Testing

/// Bytes against a second implementation.
@Suite struct GoldenTests {
    @Test func everyMethodEncodesAndDecodesAsPamqpDoes() throws {
        let entries = try GoldenFile.entries("method")
        var compared = 0
        for entry in entries {
            guard let arguments = GoldenMethods.all[entry.name] else {
                // A reserved argument that Warren always sends as zero.
                #expect(entry.name == "basic.publish#reserved")
                continue
            }
            #expect(try Wire.encode(arguments) == entry.bytes, "\(entry.name)")
            #expect(Wire.areEqual(try Wire.method(entry.bytes).arguments, arguments), "\(entry.name)")
            compared += 1
        }
        #expect(compared == GoldenMethods.all.count)
        // All methods but access.request, which RabbitMQ no longer has, and update-secret included.
        #expect(Set(entries.map { $0.name.split(separator: "#")[0] }).count == 64)
    }

    @Test(arguments: try GoldenFile.entries("table"))
    func tableDecodesAsPamqpDoes(_ entry: GoldenFile.Entry) throws {
        let expected = try #require(GoldenTables.all[entry.name])
        #expect(try Wire.table(entry.bytes) == expected)
    }

    /// Only types on which all agree are emitted: what was narrower comes back wider.
    @Test(arguments: [
        "table.bool-true", "table.int32", "table.int64", "table.int64-negative", "table.double", "table.long-string",
        "table.timestamp", "table.array-empty", "table.void", "table.bytes", "table.utf8-name", "table.mixed",
        "table.empty",
    ])
    func tableEncodesAsPamqpDoes(_ name: String) throws {
        let entry = try #require(try GoldenFile.entries("table").first { $0.name == name })
        let table = try #require(GoldenTables.all[name])
        #expect(try Wire.encode(table) == entry.bytes)
    }

    @Test func propertiesEncodeAndDecodeAsPamqpDoes() throws {
        let all = BasicProperties(
            contentType: "application/json", contentEncoding: "gzip",
            headers: ["retries": .int32(3), "trace": "abc"], deliveryMode: .persistent, priority: 9,
            correlationID: "corr-1", replyTo: "reply.q", expiration: "60000", messageID: "msg-1",
            timestamp: 1_700_000_000, type: "order", userID: "guest", appID: "app-1", clusterID: "cl-1")
        let expected: [String: ContentHeader] = [
            "properties.none": ContentHeader(bodySize: 0, properties: BasicProperties()),
            "properties.delivery_mode": ContentHeader(bodySize: 128, properties: .persistent),
            "properties.all": ContentHeader(bodySize: 0x0102_0304_0506_0708, properties: all),
            "properties.some": ContentHeader(
                bodySize: 5, properties: BasicProperties(contentType: "text/plain", priority: 0, clusterID: "cl-1")),
        ]
        let entries = try GoldenFile.entries("header")
        #expect(entries.count == expected.count)
        for entry in entries {
            let header = try #require(expected[entry.name])
            #expect(try Wire.header(entry.bytes) == header)
            #expect(try Wire.encode(header) == entry.bytes)
        }
    }

    @Test func framesEncodeAsPamqpDoes() throws {
        let entries = Dictionary(
            uniqueKeysWithValues: try GoldenFile.entries("frame").map { ($0.name, $0.bytes) })
        let publish = BasicPublish(exchange: "e1", routingKey: "rk", mandatory: true)
        #expect(entries["frame.protocol-header"] == FrameEncoder.protocolHeader)
        #expect(entries["frame.heartbeat"] == FrameEncoder.heartbeat)
        #expect(
            entries["frame.method"]
                == (try Wire.frame { encoder, room throws(AMQPError) in
                    try encoder.method(publish, channel: 1, into: room)
                }))
        #expect(
            entries["frame.header"]
                == (try Wire.frame { encoder, room throws(AMQPError) in
                    try encoder.contentHeader(bodySize: 5, properties: .persistent, channel: 1, into: room)
                }))
    }
}
