/// Small changes of the kinds that break parsers.
struct Mutation: Sendable {
    let corpus: [Input]
    /// Whether the parts are frames, whose size is mostly to be right again after a change: behind a wrong one nothing
    /// else is looked at.
    var areFrames = false

    func callAsFunction(_ generator: inout SeededGenerator) -> Input {
        var input = generator.pick(corpus)
        for _ in 0...generator.below(4) {
            if input.count > 1, generator.isOne(in: 3) {
                changeParts(&input, &generator)
            } else if !input.isEmpty {
                changeBytes(&input[generator.below(input.count)], &generator)
            }
        }
        return input
    }

    // MARK: Parts

    private func changeParts(_ input: inout Input, _ generator: inout SeededGenerator) {
        let index = generator.below(input.count)
        switch generator.below(7) {
        case 0: input.remove(at: index)
        case 1: input.insert(input[index], at: generator.below(input.count + 1))
        case 2: input.swapAt(index, generator.below(input.count))
        case 3: input.insert(generator.pick(generator.pick(corpus)), at: index)
        case 4: input.removeSubrange(index...)
        case 5 where index > 0: input[index - 1] += input.remove(at: index)
        default:
            let cut = generator.below(input[index].count + 1)
            input.insert(Array(input[index][cut...]), at: index + 1)
            input[index].removeSubrange(cut...)
        }
    }

    // MARK: Bytes

    private func changeBytes(_ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
        let wasFrame = areFrames && Frames.isOne(bytes)
        let at = generator.below(bytes.count)
        switch bytes.isEmpty ? 0 : generator.below(9) {
        case 0: bytes.insert(contentsOf: (0...generator.below(4)).map { _ in generator.byte() }, at: at)
        case 1: bytes[at] = generator.byte()
        case 2: bytes[at] ^= 1 << UInt8(generator.below(8))
        case 3: bytes[at] = generator.isOne(in: 2) ? bytes[at] &+ 1 : bytes[at] &- 1
        case 4: bytes.removeSubrange(at..<min(bytes.count, at + 1 + generator.below(8)))
        case 5: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + 1 + generator.below(16))], at: at)
        case 6: bytes.removeSubrange(at...)
        case 7: splice(&bytes, at, &generator)
        default: overwrite(&bytes, at, &generator)
        }
        if wasFrame, !generator.isOne(in: 4) { Frames.repair(&bytes) }
    }

    /// Part of something else.
    private func splice(_ bytes: inout [UInt8], _ at: Int, _ generator: inout SeededGenerator) {
        let other = generator.pick(generator.pick(corpus))
        let start = generator.below(other.count)
        let piece = other[start..<min(other.count, start + 1 + generator.below(32))]
        bytes.replaceSubrange(at..<min(bytes.count, at + generator.below(piece.count + 1)), with: piece)
    }

    /// A number that is one too many or too few for something.
    private func overwrite(_ bytes: inout [UInt8], _ at: Int, _ generator: inout SeededGenerator) {
        let size = generator.pick([1, 2, 4, 4, 8])
        var number = generator.pick(Self.numbers)
        if generator.isOne(in: 4) { number = UInt64(bytes.count - at) &+ UInt64(generator.below(9)) &- 8 }
        let written = withUnsafeBytes(of: number.bigEndian) { Array($0.suffix(size)) }
        bytes.replaceSubrange(at..<min(bytes.count, at + size), with: written)
    }

    private static let numbers: [UInt64] = [
        0, 1, 2, 3, 4, 7, 8, 31, 32, 33, 127, 128, 255, 256, 403, 404, 406, 530, 540, 541, 4088, 4095, 4096, 8184, 8192,
        65535, 65536, 131_064, 131_065, 131_072, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFE, 0xFFFF_FFFF, 0x1_0000_0000,
        UInt64(Int64.max), 1 << 63, .max,
    ]
}

extension Input {
    /// The same bytes in other parts.
    func cut(_ generator: inout SeededGenerator) -> Input {
        let bytes = [UInt8](joined())
        let largest = generator.pick([1, 3, 8, 64, 1024])
        var parts: Input = []
        var start = 0
        while start < bytes.count {
            let end = Swift.min(bytes.count, start + 1 + generator.below(largest))
            parts.append([UInt8](bytes[start..<end]))
            start = end
        }
        return parts
    }
}
