/// Writes whole frames. It holds an arena, so its owner confines it to one event loop or one lock.
package struct FrameEncoder {
    private let arena = WireArena()

    package init() {}

    /// `AMQP 0-0-9-1`: what a client sends first.
    package static let protocolHeader: [UInt8] = [0x41, 0x4D, 0x51, 0x50, 0, 0, 9, 1]

    package static let heartbeat: [UInt8] = [8, 0, 0, 0, 0, 0, 0, FrameHeader.end]

    /// Writes a METHOD frame.
    ///
    /// - Returns: The number of bytes written.
    package func method(
        _ method: some MethodArguments,
        channel: UInt16,
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(AMQPError) -> Int {
        try frame(.method, channel, into: buffer) { (payload) throws(AMQPError) in
            try method.encode(into: payload, arena: arena)
        }
    }

    /// Writes a HEADER frame.
    package func contentHeader(
        bodySize: Int,
        properties: BasicProperties,
        channel: UInt16,
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(AMQPError) -> Int {
        try frame(.header, channel, into: buffer) { (payload) throws(AMQPError) in
            try ContentHeader.encode(bodySize: bodySize, properties: properties, into: payload, arena: arena)
        }
    }

    private func frame(
        _ kind: FrameKind,
        _ channel: UInt16,
        into buffer: UnsafeMutableRawBufferPointer,
        payload: (UnsafeMutableRawBufferPointer) throws(AMQPError) -> Int
    ) throws(AMQPError) -> Int {
        let room = buffer.count - FrameHeader.overhead
        guard room > 0 else { throw .tooLarge("a frame", room: buffer.count) }
        let start = FrameHeader.size
        let written = try payload(UnsafeMutableRawBufferPointer(rebasing: buffer[start..<(start + room)]))
        FrameHeader(kind: kind, channel: channel, payloadSize: written).write(into: buffer)
        buffer[start + written] = FrameHeader.end
        return written + FrameHeader.overhead
    }
}
