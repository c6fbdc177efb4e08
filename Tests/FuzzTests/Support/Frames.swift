import AMQPCodec

/// Frames as bytes, as a server writes them.
enum Frames {
    static func frame(_ type: UInt8, channel: UInt16, _ payload: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = [type]
        bytes += bigEndian(channel)
        bytes += bigEndian(UInt32(payload.count))
        return bytes + payload + [FrameHeader.end]
    }

    static func method(_ arguments: some MethodArguments, on channel: UInt16) throws -> [UInt8] {
        try written { (room) throws(AMQPError) in
            try FrameEncoder().method(arguments, channel: channel, into: room)
        }
    }

    /// METHOD and HEADER frame, and a BODY frame per part of the body.
    static func message(
        _ arguments: some MethodArguments,
        _ properties: BasicProperties = .persistent,
        body: [String],
        on channel: UInt16
    ) throws -> [[UInt8]] {
        let size = body.joined().utf8.count
        let header = try written { (room) throws(AMQPError) in
            try FrameEncoder().contentHeader(bodySize: size, properties: properties, channel: channel, into: room)
        }
        return [try method(arguments, on: channel), header]
            + body.map { frame(FrameKind.body.rawValue, channel: channel, Array($0.utf8)) }
    }

    /// Whether `bytes` are exactly one frame.
    static func isOne(_ bytes: [UInt8]) -> Bool {
        let header = bytes.withUnsafeBytes { try? FrameHeader.parse($0, frameMax: 1 << 20) }
        return header?.frameSize == bytes.count && bytes.last == FrameHeader.end
    }

    /// Makes size and end of a frame right again.
    static func repair(_ frame: inout [UInt8]) {
        guard frame.count >= FrameHeader.overhead else { return }
        frame.replaceSubrange(3..<7, with: bigEndian(UInt32(frame.count - FrameHeader.overhead)))
        frame[frame.count - 1] = FrameHeader.end
    }

    static func bigEndian<N: FixedWidthInteger>(_ number: N) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }

    /// What an encoder writes.
    static func written(
        room: Int = 1 << 13,
        _ encode: (UnsafeMutableRawBufferPointer) throws(AMQPError) -> Int
    ) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: room) { memory, count in
            count = try encode(UnsafeMutableRawBufferPointer(memory))
        }
    }
}
