/// The payload of a HEADER frame: size of the body that follows, and the message's properties.
package struct ContentHeader: Sendable, Equatable {
    package var bodySize: UInt64
    package var properties: BasicProperties

    package init(bodySize: UInt64, properties: BasicProperties) {
        self.bodySize = bodySize
        self.properties = properties
    }

    /// Class, weight, body size and the property flags.
    private static let fixedSize = 14

    /// The body size alone, which tells how many bytes follow even when the properties cannot be decoded.
    package static func bodySize(payload: UnsafeRawBufferPointer) throws(AMQPError) -> UInt64 {
        var reader = WireReader(payload)
        guard payload.count >= fixedSize, let classID = reader.integer(UInt16.self), reader.skip(2),
            let bodySize = reader.integer(UInt64.self)
        else { throw .malformed("a HEADER frame of \(payload.count) bytes is too short") }
        guard classID == BasicPublish.id.class else {
            throw .malformed("a HEADER frame is of class \(classID), but only class 60 has content")
        }
        return bodySize
    }

    package init(payload: UnsafeRawBufferPointer, arena: WireArena) throws(AMQPError) {
        bodySize = try Self.bodySize(payload: payload)
        let list = UnsafeRawBufferPointer(rebasing: payload.dropFirst(12))
        try Self.check(list)
        guard let wire = arena.decodeProperties(list) else { throw .malformed("a message's properties are damaged") }
        defer { arena.recycle() }
        properties = try BasicProperties(wire)
    }

    /// Writes class, weight, body size and properties.
    ///
    /// - Returns: The number of bytes written.
    package static func encode(
        bodySize: Int,
        properties: BasicProperties,
        into buffer: UnsafeMutableRawBufferPointer,
        arena: WireArena
    ) throws(AMQPError) -> Int {
        guard buffer.count >= fixedSize else { throw .tooLarge("a message's header", room: buffer.count) }
        buffer.storeBytes(of: BasicPublish.id.class.bigEndian, as: UInt16.self)
        buffer.storeBytes(of: 0, toByteOffset: 2, as: UInt16.self)
        buffer.storeBytes(of: UInt64(bodySize).bigEndian, toByteOffset: 4, as: UInt64.self)
        defer { arena.recycle() }
        var wire = try properties.wire(in: arena)
        let room = UnsafeMutableRawBufferPointer(rebasing: buffer.dropFirst(12))
        guard let written = arena.encodeProperties(&wire, into: room) else {
            throw .tooLarge("a message's header", room: buffer.count)
        }
        return 12 + written
    }

    /// What librabbitmq's decoder does not check by itself.
    private static func check(_ list: UnsafeRawBufferPointer) throws(AMQPError) {
        var reader = WireReader(list)
        guard let flags = reader.integer(UInt16.self) else { throw .malformed("a message has no property flags") }
        // A set continuation bit makes librabbitmq shift by 16 per word, which is undefined from the third on. No
        // property of class 60 has a flag there.
        guard flags & 1 == 0 else { throw .malformed("a message has more than one word of property flags") }
        guard flags & 1 << 13 != 0 else { return }
        for flag in [15, 14] where flags & 1 << flag != 0 {
            guard reader.shortString() != nil else { throw .malformed("a message's properties are damaged") }
        }
        try TableScan.check(&reader)
    }
}
