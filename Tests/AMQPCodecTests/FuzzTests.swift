import AMQPCodec
import Foundation
import Testing

/// Random input to every decoder: it may be refused, it must not trap, hang or read outside.
///
/// `FUZZ_INPUTS` raises the number of inputs per target, `FUZZ_SEED` repeats a run.
@Suite struct FuzzTests {
    static let inputs = ProcessInfo.processInfo.environment["FUZZ_INPUTS"].flatMap(Int.init) ?? 20_000
    static let seed = ProcessInfo.processInfo.environment["FUZZ_SEED"].flatMap(UInt64.init) ?? 1

    @Test func randomTablesSurviveTheRoundTrip() throws {
        var generator = SeededGenerator(seed: Self.seed)
        for _ in 0..<(Self.inputs / 20) {
            let table = Self.table(depth: 4, &generator)
            let again = try Wire.table(try Wire.encode(table))
            // The first trip widens numbers, the second changes nothing any more.
            #expect(try Wire.table(try Wire.encode(again)) == again)
            #expect(again.entries.map(\.key) == table.entries.map(\.key))
        }
    }

    @Test func mutatedMethodsAndHeadersDoNotTrap() throws {
        var generator = SeededGenerator(seed: Self.seed)
        let corpus = try (GoldenFile.entries("method") + GoldenFile.entries("header")).map(\.bytes)
        for _ in 0..<Self.inputs {
            let bytes = Self.mutate(corpus[Int.random(in: 0..<corpus.count, using: &generator)], &generator)
            _ = try? Wire.method(bytes)
            _ = try? Wire.header(bytes)
        }
    }

    @Test func mutatedTablesDoNotTrap() throws {
        var generator = SeededGenerator(seed: Self.seed)
        let corpus = try GoldenFile.entries("table").map(\.bytes)
        for _ in 0..<Self.inputs {
            _ = try? Wire.table(Self.mutate(corpus[Int.random(in: 0..<corpus.count, using: &generator)], &generator))
        }
    }

    @Test func randomFrameHeadersDoNotTrap() {
        var generator = SeededGenerator(seed: Self.seed)
        for _ in 0..<Self.inputs {
            let bytes = (0..<Int.random(in: 0...9, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            _ = bytes.withUnsafeBytes { try? FrameHeader.parse($0, frameMax: 131_072) }
        }
    }

    private static func mutate(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let at = bytes.isEmpty ? 0 : Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0 where !bytes.isEmpty: bytes[at] = UInt8.random(in: 0...255, using: &generator)
            case 1 where !bytes.isEmpty: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 2: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: at)
            case 3 where !bytes.isEmpty: bytes.removeSubrange(at..<min(bytes.count, at + 4))
            default: bytes += bytes.suffix(Int.random(in: 0...16, using: &generator))
            }
        }
        return bytes
    }

    private static func table(depth: Int, _ generator: inout SeededGenerator) -> FieldTable {
        FieldTable(
            (0..<Int.random(in: 0...5, using: &generator)).map { index in
                .init(key: "k\(index)é", value: value(depth: depth, &generator))
            })
    }

    private static func value(depth: Int, _ generator: inout SeededGenerator) -> FieldValue {
        let bits = generator.next()
        switch Int.random(in: 0..<(depth > 0 ? 18 : 16), using: &generator) {
        case 0: return .bool(bits & 1 == 0)
        case 1: return .int8(Int8(truncatingIfNeeded: bits))
        case 2: return .uint8(UInt8(truncatingIfNeeded: bits))
        case 3: return .int16(Int16(truncatingIfNeeded: bits))
        case 4: return .uint16(UInt16(truncatingIfNeeded: bits))
        case 5: return .int32(Int32(truncatingIfNeeded: bits))
        case 6: return .uint32(UInt32(truncatingIfNeeded: bits))
        case 7: return .int64(Int64(bitPattern: bits))
        case 8: return .float(Float(bits % 1000) / 8)
        case 9: return .double(Double(bits % 100_000) / 16)
        case 10: return .decimal(scale: UInt8(bits % 10), value: UInt32(truncatingIfNeeded: bits))
        case 11: return .string(String(bits, radix: 16) + "ü")
        case 12: return .binaryString([0xFF, UInt8(truncatingIfNeeded: bits)])
        case 13: return .bytes(withUnsafeBytes(of: bits) { Array($0) })
        case 14: return .timestamp(bits)
        case 15: return .void
        case 16: return .array((0..<Int(bits % 4)).map { _ in value(depth: depth - 1, &generator) })
        default: return .table(table(depth: depth - 1, &generator))
        }
    }
}
