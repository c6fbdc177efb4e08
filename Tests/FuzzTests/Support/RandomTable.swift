import AMQPCodec

/// Tables with every kind of value, nested.
enum RandomTable {
    static func table(depth: Int, _ generator: inout SeededGenerator) -> FieldTable {
        FieldTable(
            (0..<generator.below(6)).map { index in
                .init(key: "k\(index)é", value: value(depth: depth, &generator))
            })
    }

    private static func value(depth: Int, _ generator: inout SeededGenerator) -> FieldValue {
        let bits = generator.next()
        switch generator.below(depth > 0 ? 18 : 16) {
        case 0: return .bool(bits & 1 == 0)
        case 1: return .int8(Int8(truncatingIfNeeded: bits))
        case 2: return .uint8(UInt8(truncatingIfNeeded: bits))
        case 3: return .int16(Int16(truncatingIfNeeded: bits))
        case 4: return .uint16(UInt16(truncatingIfNeeded: bits))
        case 5: return .int32(Int32(truncatingIfNeeded: bits))
        case 6: return .uint32(UInt32(truncatingIfNeeded: bits))
        case 7: return .int64(Int64(bitPattern: bits))
        case 8: return .float(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
        case 9: return .double(Double(bitPattern: bits))
        case 10: return .decimal(scale: UInt8(truncatingIfNeeded: bits >> 32), value: UInt32(truncatingIfNeeded: bits))
        case 11: return .string(String(bits, radix: 16) + "ü")
        case 12: return .binaryString([0xFF, UInt8(truncatingIfNeeded: bits)])
        case 13: return .bytes(withUnsafeBytes(of: bits) { Array($0) })
        case 14: return .timestamp(bits)
        case 15: return .void
        case 16: return .array((0..<generator.below(4)).map { _ in value(depth: depth - 1, &generator) })
        default: return .table(table(depth: depth - 1, &generator))
        }
    }
}
