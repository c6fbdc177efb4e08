import AMQPCodec
import Testing

@testable import AMQPClient

/// Every length field with every value at a boundary.
@Suite struct LengthFieldTests {
    private static func boundaries(_ length: UInt64, size: Int = 4) -> Set<UInt64> {
        let values = [0, 1, length &- 1, length, length &+ 1, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF]
        return Set(values.map { $0 & (1 << (8 * UInt64(size)) - 1) })
    }

    private static func overwrite(_ bytes: [UInt8], _ offset: Int, _ size: Int, _ value: UInt64) -> [UInt8] {
        let field = withUnsafeBytes(of: value.bigEndian) { Array($0.suffix(size)) }
        return Array(bytes[..<offset]) + field + bytes[(offset + size)...]
    }

    private static func value(_ bytes: [UInt8], _ offset: Int, _ size: Int) -> UInt64 {
        bytes[offset..<(offset + size)].reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Every place is taken for a length, of one byte and of four: that is more than all length fields.
    private static func run<Target: FuzzTarget>(_: Target.Type) async throws {
        let corpus = try Corpus.inputs(Target.name)
        let target = try Target(corpus: corpus)
        for bytes in corpus.map({ Array($0.joined()) }) where bytes.count < 120 {
            for size in [1, 4] where bytes.count >= size {
                for offset in 0...(bytes.count - size) {
                    for value in boundaries(value(bytes, offset, size), size: size) {
                        try await target.run([overwrite(bytes, offset, size, value)])
                    }
                }
            }
        }
    }

    @Test func frames() async throws { try await Self.run(FrameTarget.self) }
    @Test func methods() async throws { try await Self.run(MethodTarget.self) }
    @Test func headers() async throws { try await Self.run(HeaderTarget.self) }
    @Test func tables() async throws { try await Self.run(TableTarget.self) }

    // MARK: What they have to mean

    /// A table, the string in it, the array and the table: with one more or less it is none any more.
    @Test(arguments: [(0, "a table"), (7, "a string"), (17, "an array"), (26, "a table in it")])
    func aLengthInATableHasToBeRight(_ offset: Int, _ what: String) throws {
        let table: FieldTable = ["s": "text", "a": .array([.void, true]), "f": .table(["k": .void])]
        let bytes = try TableTarget.encode(table)
        for value in Self.boundaries(Self.value(bytes, offset, 4)) {
            let changed = Self.overwrite(bytes, offset, 4, value)
            let decoded = try? TableTarget.method(changed).withUnsafeBytes {
                try QueueUnbind(payload: $0, arena: WireArena()).arguments
            }
            #expect((decoded == table) == (changed == bytes), "\(what) of \(value) bytes")
        }
    }

    @Test(arguments: [UInt64(0), 1, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 1 << 63, .max])
    func aBodySizeIsReadAsItIs(_ size: UInt64) throws {
        let header: [UInt8] = [0, 60, 0, 0] + Frames.bigEndian(size) + [0, 0]
        let decoded = try header.withUnsafeBytes { bytes throws(AMQPError) in
            try ContentHeader(payload: bytes, arena: WireArena())
        }
        #expect(decoded.bodySize == size)
    }
}
