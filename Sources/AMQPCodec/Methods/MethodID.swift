/// Class and method number of a method, as in the first four bytes of a METHOD frame's payload.
package struct MethodID: Hashable, Sendable, CustomStringConvertible {
    package var `class`: UInt16
    package var method: UInt16

    package init(class: UInt16, method: UInt16) {
        self.class = `class`
        self.method = method
    }

    package init(payload: UnsafeRawBufferPointer) throws(AMQPError) {
        guard payload.count >= 4 else {
            throw .malformed("a METHOD frame of \(payload.count) bytes has no method number")
        }
        `class` = UInt16(bigEndian: payload.loadUnaligned(as: UInt16.self))
        method = UInt16(bigEndian: payload.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
    }

    package var number: UInt32 { UInt32(`class`) << 16 | UInt32(method) }

    package var description: String { "\(`class`).\(method)" }
}
