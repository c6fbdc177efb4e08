import AMQPCodec
import Testing

/// What the codec refuses, and that it refuses it without a trap.
@Suite struct LimitTests {
    // MARK: Frames

    @Test func frameSizeIsCheckedBeforeThePayloadIsThere() throws {
        func header(_ size: UInt32) -> [UInt8] { [1, 0, 1] + withUnsafeBytes(of: size.bigEndian) { Array($0) } }
        #expect(try Self.parse(header(4088), frameMax: 4096)?.payloadSize == 4088)
        for size: UInt32 in [4089, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF] {
            #expect(throws: AMQPError.self) { try Self.parse(header(size), frameMax: 4096) }
        }
        #expect(try Self.parse(Array(header(0xFFFF_FFFF).prefix(6)), frameMax: 4096) == nil)
    }

    @Test func unknownFrameTypeIsRefused() {
        for type: UInt8 in [0, 4, 5, 7, 9, 0x41, 0xCE, 0xFF] {
            #expect(throws: AMQPError.self) { try Self.parse([type, 0, 1, 0, 0, 0, 0], frameMax: 4096) }
        }
    }

    private static func parse(_ bytes: [UInt8], frameMax: Int) throws -> FrameHeader? {
        try bytes.withUnsafeBytes { bytes throws(AMQPError) in try FrameHeader.parse(bytes, frameMax: frameMax) }
    }

    // MARK: Tables

    @Test(arguments: [1, 31, 32])
    func tablesNestedUpToTheLimitSurvive(_ depth: Int) throws {
        let table = Self.nested(depth)
        #expect(try Wire.table(try Wire.encode(table)) == table)
        let header = ContentHeader(bodySize: 0, properties: BasicProperties(headers: table))
        #expect(try Wire.header(try Wire.encode(header)) == header)
    }

    @Test func deeperTablesAreNotSent() {
        #expect(throws: AMQPError.self) { try Wire.encode(Self.nested(33)) }
    }

    @Test(arguments: [33, 100, 8000, 20_000], [true, false])
    func deeperTablesAreNotDecoded(_ depth: Int, _ tables: Bool) {
        let bytes = Self.rawNested(depth, tables: tables)
        #expect(throws: AMQPError.self) { try Wire.table(bytes) }
        let header: [UInt8] = [0, 60, 0, 0] + [0, 0, 0, 0, 0, 0, 0, 0] + [0x20, 0x00]
        #expect(throws: AMQPError.self) { try Wire.header(header + bytes) }
    }

    private static func nested(_ depth: Int) -> FieldTable {
        depth == 1 ? ["leaf": 1] : ["t": .table(nested(depth - 1))]
    }

    /// `depth` tables or arrays, one in the other, as a stranger would write them.
    private static func rawNested(_ depth: Int, tables: Bool) -> [UInt8] {
        let opening: [UInt8] = tables ? [1, 0x61, 0x46] : [0x41]
        let perLevel = opening.count + 4
        var bytes: [UInt8] = []
        for level in stride(from: depth, to: 0, by: -1) {
            let inside = (level - 1) * perLevel
            bytes += withUnsafeBytes(of: UInt32(inside).bigEndian) { Array($0) }
            if level > 1 { bytes += opening }
        }
        // The outermost is always a table; an array inside it needs a key.
        guard !tables else { return bytes }
        let inner: [UInt8] = [1, 0x61, 0x41] + bytes
        return withUnsafeBytes(of: UInt32(inner.count).bigEndian) { Array($0) } + inner
    }

    @Test func everyLengthFieldOfATableIsChecked() throws {
        let table: FieldTable = [
            "s": "text", "x": .bytes([1, 2, 3]), "a": .array([1, "b"]), "f": .table(["k": .void]),
        ]
        let good = try Wire.encode(table)
        for offset in 0...(good.count - 4) {
            for value: UInt32 in [0, 1, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFE, 0xFFFF_FFFF, UInt32(good.count)] {
                var bad = good
                withUnsafeBytes(of: value.bigEndian) { bad.replaceSubrange(offset..<(offset + 4), with: $0) }
                // Either it is still a table or it is refused; it never traps or reads outside.
                _ = try? Wire.table(bad)
            }
        }
    }

    @Test func longKeysAndNamesAreNotSent() {
        let long = String(repeating: "k", count: 256)
        #expect(throws: AMQPError.self) { try Wire.encode([long: 1] as FieldTable) }
        #expect(throws: Never.self) { try Wire.encode([String(long.dropFirst()): 1] as FieldTable) }
        #expect(throws: AMQPError.self) { try Wire.encode(QueueDeclare(queue: long)) }
        #expect(throws: AMQPError.self) {
            try Wire.encode(ContentHeader(bodySize: 0, properties: BasicProperties(messageID: long)))
        }
    }

    @Test func bigTablesSurvive() throws {
        let value = FieldValue.string(String(repeating: "v", count: 1000))
        let table = FieldTable((0..<60).map { .init(key: "key-\($0)", value: value) })
        let header = ContentHeader(bodySize: 1, properties: BasicProperties(headers: table))
        #expect(try Wire.header(try Wire.encode(header)) == header)
    }

    @Test func whatDoesNotFitIsAnErrorAndNotATruncation() {
        let big = BasicProperties(headers: ["k": .bytes(Array(repeating: 7, count: 5000))])
        let error = #expect(throws: AMQPError.self) {
            try Wire.encode(ContentHeader(bodySize: 0, properties: big), room: 4096)
        }
        #expect(error?.code == .invalidArgument)
    }

    @Test func stringsThatAreNotUTF8Survive() throws {
        let table: FieldTable = ["k": .binaryString([0xFF, 0xFE, 0x00, 0x41])]
        #expect(try Wire.table(try Wire.encode(table)) == table)
    }

    @Test func narrowNumbersArriveWider() throws {
        let table: FieldTable = [
            "a": .int8(-1), "b": .uint8(255), "c": .int16(-2), "d": .uint16(65535), "e": .uint32(4_000_000_000),
            "f": .float(1.5), "g": .decimal(scale: 2, value: 314),
        ]
        let expected: FieldTable = [
            "a": .int32(-1), "b": .int32(255), "c": .int32(-2), "d": .int32(65535), "e": .int64(4_000_000_000),
            "f": .double(1.5), "g": .double(3.14),
        ]
        #expect(try Wire.table(try Wire.encode(table)) == expected)
    }

    // MARK: Methods and headers

    @Test func truncatedMethodsAreRefused() throws {
        for (name, arguments) in GoldenMethods.all {
            let bytes = try Wire.encode(arguments)
            for length in 0..<bytes.count {
                #expect(throws: AMQPError.self, "\(name) cut to \(length)") {
                    try Wire.method(Array(bytes.prefix(length)))
                }
            }
        }
    }

    @Test func unknownMethodsAreRefused() {
        for id: [UInt8] in [
            [0, 0, 0, 0], [0, 10, 0, 99], [0, 60, 0, 61], [0xFF, 0xFF, 0xFF, 0xFF], [0, 30, 0, 10],
        ] {
            #expect(throws: AMQPError.self) { try Wire.method(id + [0, 0, 0, 0]) }
        }
    }

    @Test func headersWithAContinuedFlagWordAreRefused() {
        // librabbitmq 0.11 shifts by 16 per continued word, which is undefined from the third on.
        let flags: [UInt8] = [0x80, 0x01, 0x00, 0x01, 0x00, 0x01, 0x00, 0x00]
        #expect(throws: AMQPError.self) { try Wire.header([0, 60, 0, 0] + Array(repeating: 0, count: 8) + flags) }
    }

    @Test func headersOfOtherClassesAndShortOnesAreRefused() throws {
        let good = try Wire.encode(ContentHeader(bodySize: 3, properties: .persistent))
        for length in 0..<good.count {
            #expect(throws: AMQPError.self) { try Wire.header(Array(good.prefix(length))) }
        }
        #expect(throws: AMQPError.self) { try Wire.header([0, 50] + good.dropFirst(2)) }
    }
}
