/// A bounds-checked cursor over received bytes.
struct WireReader {
    private let bytes: UnsafeRawBufferPointer
    private(set) var offset = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    var remaining: Int { bytes.count - offset }

    mutating func skip(_ count: Int) -> Bool {
        guard count >= 0, count <= remaining else { return false }
        offset += count
        return true
    }

    mutating func integer<I: FixedWidthInteger>(_: I.Type = I.self) -> I? where I: BitwiseCopyable {
        let start = offset
        guard skip(MemoryLayout<I>.size) else { return nil }
        return I(bigEndian: bytes.loadUnaligned(fromByteOffset: start, as: I.self))
    }

    mutating func shortString() -> UnsafeRawBufferPointer? {
        guard let length = integer(UInt8.self) else { return nil }
        return take(Int(length))
    }

    mutating func longString() -> UnsafeRawBufferPointer? {
        guard let length = integer(UInt32.self) else { return nil }
        return take(Int(length))
    }

    private mutating func take(_ count: Int) -> UnsafeRawBufferPointer? {
        let start = offset
        guard skip(count) else { return nil }
        return UnsafeRawBufferPointer(rebasing: bytes[start..<offset])
    }
}

extension FixedWidthInteger {
    var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }
}
