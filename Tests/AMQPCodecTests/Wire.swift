import AMQPCodec

/// The codec's functions on arrays of bytes.
enum Wire {
    static func encode(_ arguments: some MethodArguments, room: Int = 1 << 17) throws -> [UInt8] {
        try bytes(room) { room throws(AMQPError) in try arguments.encode(into: room, arena: WireArena()) }
    }

    static func encode(_ header: ContentHeader, room: Int = 1 << 17) throws -> [UInt8] {
        try bytes(room) { room throws(AMQPError) in
            try ContentHeader.encode(
                bodySize: Int(header.bodySize), properties: header.properties, into: room, arena: WireArena())
        }
    }

    /// A table as part of a method whose other fields are known.
    static func encode(_ table: FieldTable) throws -> [UInt8] {
        Array(try encode(QueueUnbind(queue: "", exchange: "", arguments: table)).dropFirst(4 + 2 + 3))
    }

    static func method(_ bytes: [UInt8]) throws -> Method {
        try bytes.withUnsafeBytes { bytes throws(AMQPError) in try Method(payload: bytes, arena: WireArena()) }
    }

    static func header(_ bytes: [UInt8]) throws -> ContentHeader {
        try bytes.withUnsafeBytes { bytes throws(AMQPError) in try ContentHeader(payload: bytes, arena: WireArena()) }
    }

    static func table(_ bytes: [UInt8]) throws -> FieldTable {
        let prefix: [UInt8] = [0, 50, 0, 50, 0, 0, 0, 0, 0]
        return try QueueUnbind(payload: prefix + bytes).arguments
    }

    static func frame(
        _ encode: (FrameEncoder, UnsafeMutableRawBufferPointer) throws(AMQPError) -> Int
    ) throws -> [UInt8] {
        try bytes(1 << 17) { room throws(AMQPError) in try encode(FrameEncoder(), room) }
    }

    static func areEqual(_ a: any MethodArguments, _ b: any MethodArguments) -> Bool {
        func equals<T: MethodArguments>(_ a: T) -> Bool { a == b as? T }
        return equals(a)
    }

    private static func bytes(
        _ room: Int,
        _ encode: (UnsafeMutableRawBufferPointer) throws(AMQPError) -> Int
    ) throws -> [UInt8] {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: room, alignment: 8)
        defer { memory.deallocate() }
        return Array(memory.prefix(try encode(memory)))
    }
}

extension MethodArguments {
    init(payload: [UInt8]) throws {
        self = try payload.withUnsafeBytes { bytes throws(AMQPError) in try Self(payload: bytes, arena: WireArena()) }
    }
}
