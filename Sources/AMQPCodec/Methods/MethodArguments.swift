/// The arguments of one AMQP method: what is written after its number in a METHOD frame.
package protocol MethodArguments: Sendable, Equatable {
    static var id: MethodID { get }

    /// Decodes a METHOD frame's payload whose number is ``id``.
    init(payload: UnsafeRawBufferPointer, arena: WireArena) throws(AMQPError)

    /// Writes number and arguments into `buffer`.
    ///
    /// - Returns: The number of bytes written.
    func encode(into buffer: UnsafeMutableRawBufferPointer, arena: WireArena) throws(AMQPError) -> Int
}

/// A method that the peer answers with exactly one other.
package protocol MethodRequest: MethodArguments {
    associatedtype Reply: MethodArguments
}

/// A method that librabbitmq knows as a C struct.
package protocol WireMethod: MethodArguments {
    associatedtype Wire

    /// What stands before the method's field table, or `nil` if it has none.
    ///
    /// librabbitmq 0.11 decodes nested tables by recursion without a limit, so their depth is checked beforehand, and
    /// for that they have to be found.
    static var fieldsBeforeTable: [WireField]? { get }

    init(wire: Wire) throws(AMQPError)
    func wire(in arena: WireArena) throws(AMQPError) -> Wire
}

extension WireMethod {
    package static var fieldsBeforeTable: [WireField]? { nil }

    package init(payload: UnsafeRawBufferPointer, arena: WireArena) throws(AMQPError) {
        let arguments = UnsafeRawBufferPointer(rebasing: payload.dropFirst(4))
        if let prefix = Self.fieldsBeforeTable { try TableScan.check(arguments, after: prefix) }
        guard let decoded = arena.decodeMethod(Self.id, arguments) else {
            throw .malformed("the arguments of method \(Self.id) are damaged")
        }
        defer { arena.recycle() }
        try self.init(wire: decoded.assumingMemoryBound(to: Wire.self).pointee)
    }

    package func encode(
        into buffer: UnsafeMutableRawBufferPointer,
        arena: WireArena
    ) throws(AMQPError) -> Int {
        defer { arena.recycle() }
        var wire = try wire(in: arena)
        let written = withUnsafeMutablePointer(to: &wire) { arena.encodeMethod(Self.id, $0, into: buffer) }
        guard let written else { throw .tooLarge("method \(Self.id)", room: buffer.count) }
        return written
    }
}
