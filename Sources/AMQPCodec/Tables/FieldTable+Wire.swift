internal import CRabbitMQ

extension FieldTable {
    /// Copies a decoded table out of the arena. Its depth was checked by ``TableScan`` before it was decoded.
    init(_ wire: amqp_table_t) throws(AMQPError) {
        entries = []
        entries.reserveCapacity(Int(wire.num_entries))
        for index in 0..<Int(wire.num_entries) {
            let entry = wire.entries[index]
            entries.append(Entry(key: String(entry.key), value: try FieldValue(entry.value)))
        }
    }
}

extension FieldValue {
    init(_ wire: amqp_field_value_t) throws(AMQPError) {
        let value = wire.value
        switch amqp_field_value_kind_t(rawValue: UInt32(wire.kind)) {
        case AMQP_FIELD_KIND_BOOLEAN: self = .bool(value.boolean != 0)
        case AMQP_FIELD_KIND_I8: self = .int8(value.i8)
        case AMQP_FIELD_KIND_U8: self = .uint8(value.u8)
        case AMQP_FIELD_KIND_I16: self = .int16(value.i16)
        case AMQP_FIELD_KIND_U16: self = .uint16(value.u16)
        case AMQP_FIELD_KIND_I32: self = .int32(value.i32)
        case AMQP_FIELD_KIND_U32: self = .uint32(value.u32)
        case AMQP_FIELD_KIND_I64: self = .int64(value.i64)
        // RabbitMQ reads and writes `L` as signed, whatever the AMQP text says.
        case AMQP_FIELD_KIND_U64: self = .int64(Int64(bitPattern: value.u64))
        case AMQP_FIELD_KIND_F32: self = .float(value.f32)
        case AMQP_FIELD_KIND_F64: self = .double(value.f64)
        case AMQP_FIELD_KIND_DECIMAL: self = .decimal(scale: value.decimal.decimals, value: value.decimal.value)
        case AMQP_FIELD_KIND_UTF8:
            let bytes = value.bytes.buffer
            self = String(validating: bytes, as: UTF8.self).map(FieldValue.string) ?? .binaryString(Array(bytes))
        case AMQP_FIELD_KIND_BYTES: self = .bytes(Array(value.bytes.buffer))
        case AMQP_FIELD_KIND_TIMESTAMP: self = .timestamp(value.u64)
        case AMQP_FIELD_KIND_TABLE: self = .table(try FieldTable(value.table))
        case AMQP_FIELD_KIND_ARRAY:
            var values: [FieldValue] = []
            values.reserveCapacity(Int(value.array.num_entries))
            for index in 0..<Int(value.array.num_entries) {
                values.append(try FieldValue(value.array.entries[index]))
            }
            self = .array(values)
        case AMQP_FIELD_KIND_VOID: self = .void
        default: throw .malformed("a field table has a value of unknown type \(wire.kind)")
        }
    }
}

extension WireArena {
    func table(_ table: FieldTable, depth: Int = 1) throws(AMQPError) -> amqp_table_t {
        try checkDepth(depth)
        let entries = array(of: amqp_table_entry_t.self, count: table.entries.count)
        for (index, entry) in table.entries.enumerated() {
            // librabbitmq 0.11 writes a key's length into one byte without looking: a longer key damages the table.
            let key = try shortString(entry.key, "the table key \(entry.key.prefix(40))…")
            entries?[index] = amqp_table_entry_t(key: key, value: try value(entry.value, depth: depth))
        }
        return amqp_table_t(num_entries: Int32(clamping: table.entries.count), entries: entries)
    }

    private func array(_ values: [FieldValue], depth: Int) throws(AMQPError) -> amqp_array_t {
        try checkDepth(depth)
        let entries = array(of: amqp_field_value_t.self, count: values.count)
        for (index, element) in values.enumerated() {
            entries?[index] = try value(element, depth: depth)
        }
        return amqp_array_t(num_entries: Int32(clamping: values.count), entries: entries)
    }

    private func checkDepth(_ depth: Int) throws(AMQPError) {
        guard depth <= FieldTable.maximumDepth else {
            throw .invalidArgument("a field table is nested deeper than \(FieldTable.maximumDepth) levels")
        }
    }

    private func value(_ value: FieldValue, depth: Int) throws(AMQPError) -> amqp_field_value_t {
        switch value {
        case .bool(let value):
            try Self.field(AMQP_FIELD_KIND_BOOLEAN) { (field) throws(AMQPError) in field.value.boolean = value ? 1 : 0 }
        case .int8(let value): try Self.int32(Int32(value))
        case .uint8(let value): try Self.int32(Int32(value))
        case .int16(let value): try Self.int32(Int32(value))
        case .uint16(let value): try Self.int32(Int32(value))
        case .int32(let value): try Self.int32(value)
        case .uint32(let value):
            try Self.field(AMQP_FIELD_KIND_I64) { (field) throws(AMQPError) in field.value.i64 = Int64(value) }
        case .int64(let value):
            try Self.field(AMQP_FIELD_KIND_I64) { (field) throws(AMQPError) in field.value.i64 = value }
        case .float(let value):
            try Self.field(AMQP_FIELD_KIND_F64) { (field) throws(AMQPError) in field.value.f64 = Double(value) }
        case .double(let value):
            try Self.field(AMQP_FIELD_KIND_F64) { (field) throws(AMQPError) in field.value.f64 = value }
        case .decimal(let scale, let value):
            try Self.field(AMQP_FIELD_KIND_F64) { (field) throws(AMQPError) in
                field.value.f64 = Double(value) / Self.powerOfTen(scale)
            }
        case .string(let value):
            try Self.field(AMQP_FIELD_KIND_UTF8) { (field) throws(AMQPError) in field.value.bytes = bytes(value.utf8) }
        case .binaryString(let value):
            try Self.field(AMQP_FIELD_KIND_UTF8) { (field) throws(AMQPError) in field.value.bytes = bytes(value) }
        case .bytes(let value):
            try Self.field(AMQP_FIELD_KIND_BYTES) { (field) throws(AMQPError) in field.value.bytes = bytes(value) }
        case .timestamp(let value):
            try Self.field(AMQP_FIELD_KIND_TIMESTAMP) { (field) throws(AMQPError) in field.value.u64 = value }
        case .array(let values):
            try Self.field(AMQP_FIELD_KIND_ARRAY) { (field) throws(AMQPError) in
                field.value.array = try array(values, depth: depth + 1)
            }
        case .table(let table):
            try Self.field(AMQP_FIELD_KIND_TABLE) { (field) throws(AMQPError) in
                field.value.table = try self.table(table, depth: depth + 1)
            }
        case .void: try Self.field(AMQP_FIELD_KIND_VOID) { _ in }
        }
    }

    private static func int32(_ value: Int32) throws(AMQPError) -> amqp_field_value_t {
        try field(AMQP_FIELD_KIND_I32) { (field) throws(AMQPError) in field.value.i32 = value }
    }

    private static func field(
        _ kind: amqp_field_value_kind_t,
        _ set: (inout amqp_field_value_t) throws(AMQPError) -> Void
    ) throws(AMQPError) -> amqp_field_value_t {
        var field = amqp_field_value_t()
        field.kind = UInt8(truncatingIfNeeded: kind.rawValue)
        try set(&field)
        return field
    }

    private static func powerOfTen(_ exponent: UInt8) -> Double {
        var power = 1.0
        for _ in 0..<exponent { power *= 10 }
        return power
    }
}
