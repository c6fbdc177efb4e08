/// Looks over the raw bytes of a field table before librabbitmq's decoder sees them.
///
/// That decoder recurses once per nested table or array, without a limit in 0.11: a 40 KiB header table published by a
/// stranger passes through RabbitMQ and overflows the stack of a thread with 512 KiB. This scan is a loop, and refuses
/// what is deeper than ``FieldTable/maximumDepth`` or runs past its parent's end.
enum TableScan {
    private struct Level {
        var end: Int
        var isTable: Bool
    }

    /// Checks the table that follows `prefix` in a method's arguments.
    static func check(_ arguments: UnsafeRawBufferPointer, after prefix: [WireField]) throws(AMQPError) {
        var reader = WireReader(arguments)
        for field in prefix {
            let found =
                switch field {
                case .fixed(let count): reader.skip(count)
                case .shortString: reader.shortString() != nil
                }
            guard found else { throw .malformed("a method ends before its field table") }
        }
        try check(&reader)
    }

    /// Checks one table, length included, and leaves `reader` behind it.
    static func check(_ reader: inout WireReader) throws(AMQPError) {
        var levels: [Level] = []
        try descend(isTable: true, &reader, &levels)
        while let level = levels.last {
            if reader.offset == level.end {
                levels.removeLast()
                continue
            }
            guard reader.offset < level.end, !level.isTable || reader.shortString() != nil,
                let kind = reader.integer(UInt8.self)
            else { throw damaged }
            switch Character(UnicodeScalar(kind)) {
            case "F": try descend(isTable: true, &reader, &levels)
            case "A": try descend(isTable: false, &reader, &levels)
            case "S", "x": guard reader.longString() != nil else { throw damaged }
            case "V": break
            case "t", "b", "B": guard reader.skip(1) else { throw damaged }
            case "s", "u": guard reader.skip(2) else { throw damaged }
            case "I", "i", "f": guard reader.skip(4) else { throw damaged }
            case "D": guard reader.skip(5) else { throw damaged }
            case "l", "L", "d", "T": guard reader.skip(8) else { throw damaged }
            default: throw .malformed("a field table has a value of unknown type 0x\(String(kind, radix: 16))")
            }
        }
    }

    private static func descend(
        isTable: Bool,
        _ reader: inout WireReader,
        _ levels: inout [Level]
    ) throws(AMQPError) {
        guard levels.count < FieldTable.maximumDepth else {
            throw .malformed("a field table is nested deeper than \(FieldTable.maximumDepth) levels")
        }
        guard let length = reader.integer(UInt32.self), Int(length) <= reader.remaining else { throw damaged }
        let end = reader.offset + Int(length)
        if let parent = levels.last, end > parent.end { throw damaged }
        levels.append(Level(end: end, isTable: isTable))
    }

    private static var damaged: AMQPError { .malformed("a field table ends in the middle of a value") }
}
