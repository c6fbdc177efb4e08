/// A value in a field table: a header of a message or an argument of a declaration.
///
/// RabbitMQ's types, which differ from the AMQP 0-9-1 text in places (its "errata" page lists them). What is sent is
/// limited to the types that every client and RabbitMQ itself agree on, so narrow numbers arrive wider: 8 and 16 bit
/// as ``int32(_:)``, ``uint32(_:)`` as ``int64(_:)``, ``float(_:)`` and ``decimal(scale:value:)`` as ``double(_:)``.
public indirect enum FieldValue: Sendable, Hashable {
    case bool(Bool)
    case int8(Int8)
    case uint8(UInt8)
    case int16(Int16)
    case uint16(UInt16)
    case int32(Int32)
    case uint32(UInt32)
    case int64(Int64)
    case float(Float)
    case double(Double)
    /// `value` divided by ten to the power of `scale`.
    case decimal(scale: UInt8, value: UInt32)
    case string(String)
    /// A string of AMQP whose bytes are not UTF-8; they survive the round trip as they are.
    case binaryString([UInt8])
    case bytes([UInt8])
    /// Seconds since 1970.
    case timestamp(UInt64)
    case array([FieldValue])
    case table(FieldTable)
    case void
}

extension FieldValue: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(integerLiteral value: Int64) { self = .int64(value) }
    public init(stringLiteral value: String) { self = .string(value) }
}

extension FieldValue: CustomStringConvertible {
    /// The value as a person would write it; tables and arrays in brackets.
    public var description: String {
        switch self {
        case .bool(let value): "\(value)"
        case .int8(let value): "\(value)"
        case .uint8(let value): "\(value)"
        case .int16(let value): "\(value)"
        case .uint16(let value): "\(value)"
        case .int32(let value): "\(value)"
        case .uint32(let value): "\(value)"
        case .int64(let value): "\(value)"
        case .float(let value): "\(value)"
        case .double(let value): "\(value)"
        case .decimal(let scale, let value): "\(value)e-\(scale)"
        case .string(let value): value
        case .binaryString(let value), .bytes(let value): "\(value.count) bytes"
        case .timestamp(let value): "\(value)"
        case .array(let values): "[\(values.map(\.description).joined(separator: ", "))]"
        case .table(let table): table.description
        case .void: "void"
        }
    }
}
