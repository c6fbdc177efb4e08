import AMQPCodec

/// The values behind the field tables of golden.json, which pamqp encoded.
enum GoldenTables {
    static let all: [String: FieldTable] = [
        "table.empty": [:],
        "table.bool-true": ["k": .bool(true)],
        "table.bool-false": ["k": .bool(false)],
        "table.int8": ["k": .int8(-5)],
        "table.uint8": ["k": .uint8(200)],
        "table.int16": ["k": .int16(-300)],
        "table.uint16": ["k": .uint16(60000)],
        "table.int32": ["k": .int32(-5)],
        "table.uint32": ["k": .uint32(4000000000)],
        "table.int64": ["k": .int64(5000000000)],
        "table.int64-negative": ["k": .int64(-5000000000)],
        "table.int64-L": ["k": .int64(5000000000)],
        "table.float": ["k": .float(3.5)],
        "table.double": ["k": .double(3.5)],
        "table.decimal": ["k": .decimal(scale: 2, value: 314)],
        "table.long-string": ["k": .string("héllo")],
        "table.timestamp": ["k": .timestamp(1700000000)],
        "table.nested": ["k": .table(["inner": .int32(1), "more": .table([:])])],
        "table.array": [
            "k": .array([
                .int32(1), .string("two"), .bool(true), .void, .double(-0.25), .array([.int64(3)]),
                .table(["a": .int8(4)]),
            ])
        ],
        "table.array-empty": ["k": .array([])],
        "table.void": ["k": .void],
        "table.bytes": ["k": .bytes([0x00, 0xff, 0x10])],
        "table.utf8-name": ["clé": .string("")],
        "table.mixed": ["a": .bool(true), "b": .int32(-5), "c": .string("x"), "d": .void],
    ]
}
