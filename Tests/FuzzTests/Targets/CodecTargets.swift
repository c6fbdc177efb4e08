import AMQPCodec

// What librabbitmq decodes. Whatever could be decoded can be encoded, and that says the same again.

/// METHOD payloads.
struct MethodTarget: FuzzTarget {
    static let name = "methods"
    private let mutation: Mutation

    init(corpus: [Input]) { mutation = Mutation(corpus: corpus) }

    func input(_ number: Int, _ generator: inout SeededGenerator) -> Input { mutation(&generator) }

    func run(_ input: Input) throws {
        try RoundTrip.check(Array(input.joined())) { bytes, arena throws(AMQPError) in
            let arguments = try Method(payload: bytes, arena: arena).arguments
            return { room throws(AMQPError) in try arguments.encode(into: room, arena: arena) }
        }
    }
}

/// HEADER payloads: size and properties of a message.
struct HeaderTarget: FuzzTarget {
    static let name = "headers"
    private let mutation: Mutation

    init(corpus: [Input]) { mutation = Mutation(corpus: corpus) }

    func input(_ number: Int, _ generator: inout SeededGenerator) -> Input { mutation(&generator) }

    func run(_ input: Input) throws {
        try RoundTrip.check(Array(input.joined())) { bytes, arena throws(AMQPError) in
            let header = try ContentHeader(payload: bytes, arena: arena)
            return { room throws(AMQPError) in
                try ContentHeader.encode(
                    bodySize: Int(truncatingIfNeeded: header.bodySize & 0xFFFF), properties: header.properties,
                    into: room, arena: arena)
            }
        }
    }
}

/// Field tables, as the arguments of a method whose other fields are fixed. Half of them are random ones.
struct TableTarget: FuzzTarget {
    static let name = "tables"
    private let corpus: [Input]

    init(corpus: [Input]) { self.corpus = corpus }

    func input(_ number: Int, _ generator: inout SeededGenerator) -> Input {
        guard !number.isMultiple(of: 2), let bytes = try? Self.encode(RandomTable.table(depth: 4, &generator)) else {
            return Mutation(corpus: corpus)(&generator)
        }
        return generator.isOne(in: 4) ? [bytes] : Mutation(corpus: [[bytes]])(&generator)
    }

    func run(_ input: Input) throws {
        try RoundTrip.check(Self.method(input.joined())) { bytes, arena throws(AMQPError) in
            let method = try QueueUnbind(payload: bytes, arena: arena)
            return { room throws(AMQPError) in try method.encode(into: room, arena: arena) }
        }
    }

    /// `queue.unbind` without names, in front of a table.
    static func method(_ table: some Sequence<UInt8>) -> [UInt8] { [0, 50, 0, 50, 0, 0, 0, 0, 0] + table }

    static func encode(_ table: FieldTable) throws -> [UInt8] {
        let bytes = try Frames.written { (room) throws(AMQPError) in
            try QueueUnbind(queue: "", exchange: "", arguments: table).encode(into: room, arena: WireArena())
        }
        return Array(bytes.dropFirst(method([]).count))
    }
}

private enum RoundTrip {
    typealias Encode = (UnsafeMutableRawBufferPointer) throws(AMQPError) -> Int

    /// - Parameter decode: Returns how to encode what it found.
    static func check(
        _ bytes: [UInt8],
        _ decode: (UnsafeRawBufferPointer, WireArena) throws(AMQPError) -> Encode
    ) throws {
        let arena = WireArena()
        // In memory of exactly its size, so that a sanitizer notices who reads on.
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        defer { memory.deallocate() }
        memory.copyBytes(from: bytes)
        // Numbers get wider and what is not UTF-8 gets replaced once, so it may also have become too large.
        guard let encode = try? decode(UnsafeRawBufferPointer(memory), arena),
            let encoded = try? Frames.written(encode)
        else { return }
        guard let again = try? encoded.withUnsafeBytes({ try decode($0, arena) }),
            try Frames.written(again) == encoded
        else { throw Violation("what was decoded and encoded is not the same any more") }
    }
}
