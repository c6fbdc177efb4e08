// MARK: Methods that librabbitmq 0.11 (Debian 12) does not know
//
// Its framing is that of RabbitMQ 3.7, which had no `connection.update-secret`. These two are the only methods that
// Warren encodes and decodes by itself.

/// A method whose bytes are written in Swift because the oldest supported librabbitmq lacks it.
package protocol HandCodedMethod: MethodArguments {}

extension ConnectionUpdateSecret {
    package init(payload: UnsafeRawBufferPointer, arena: WireArena) throws(AMQPError) {
        var reader = WireReader(UnsafeRawBufferPointer(rebasing: payload.dropFirst(4)))
        guard let secret = reader.longString(), let reason = reader.shortString() else {
            throw .malformed("the arguments of connection.update-secret are damaged")
        }
        self.init(newSecret: LongString(secret), reason: String(decoding: reason, as: UTF8.self))
    }

    package func encode(into buffer: UnsafeMutableRawBufferPointer, arena: WireArena) throws(AMQPError) -> Int {
        let reason = Array(self.reason.utf8)
        guard let reasonLength = UInt8(exactly: reason.count) else {
            throw .invalidArgument("reason is \(reason.count) bytes long; AMQP allows 255")
        }
        let secretLength = UInt32(clamping: newSecret.bytes.count)
        let bytes =
            Self.id.number.bigEndianBytes + secretLength.bigEndianBytes + newSecret.bytes + [reasonLength] + reason
        guard bytes.count <= buffer.count else { throw .tooLarge("method \(Self.id)", room: buffer.count) }
        buffer.copyBytes(from: bytes)
        return bytes.count
    }
}

extension ConnectionUpdateSecretOk {
    package init(payload: UnsafeRawBufferPointer, arena: WireArena) throws(AMQPError) {
        self.init()
    }

    package func encode(into buffer: UnsafeMutableRawBufferPointer, arena: WireArena) throws(AMQPError) -> Int {
        guard buffer.count >= 4 else { throw .tooLarge("method \(Self.id)", room: buffer.count) }
        buffer.copyBytes(from: Self.id.number.bigEndianBytes)
        return 4
    }
}
