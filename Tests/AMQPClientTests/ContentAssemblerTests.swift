import NIOCore
import Testing

@testable import AMQPClient

@Suite struct ContentAssemblerTests {
    private static let deliver = ContentMethod.deliver(
        BasicDeliver(consumerTag: "c", deliveryTag: 1, redelivered: false, exchange: "", routingKey: "q"))
    private let arena = WireArena()

    private func header(_ bodySize: UInt64) -> ByteBuffer {
        var payload = ByteBuffer()
        payload.writeInteger(UInt16(60))
        payload.writeInteger(UInt16(0))
        payload.writeInteger(bodySize)
        payload.writeInteger(UInt16(0))
        return payload
    }

    private func receive(_ assembler: inout ContentAssembler, _ payload: ByteBuffer) throws -> Content? {
        try payload.withUnsafeReadableBytes { (bytes) throws(AMQPError) in
            try assembler.header(bytes, arena: arena)
        }
    }

    @Test func anEmptyBodyHasNoBodyFrame() throws {
        var assembler = ContentAssembler(maximumBodySize: 10)
        try assembler.begin(Self.deliver)
        #expect(try receive(&assembler, header(0))?.body.readableBytes == 0)
        #expect(assembler.isIdle)
    }

    @Test func bodiesComeInParts() throws {
        var assembler = ContentAssembler(maximumBodySize: 10)
        try assembler.begin(Self.deliver)
        #expect(try receive(&assembler, header(10)) == nil)
        #expect(try assembler.body(ByteBuffer(string: "hello")) == nil)
        #expect(!assembler.isIdle)
        #expect(try assembler.body(ByteBuffer(string: "world")).map { String(buffer: $0.body) } == "helloworld")
        #expect(assembler.isIdle)
    }

    @Test func whatIsOutOfOrderIsRefused() throws {
        var assembler = ContentAssembler(maximumBodySize: 10)
        #expect(throws: AMQPError.self) { try receive(&assembler, header(0)) }
        #expect(throws: AMQPError.self) { try assembler.body(ByteBuffer(string: "x")) }
        try assembler.begin(Self.deliver)
        #expect(throws: AMQPError.self) { try assembler.begin(Self.deliver) }
        #expect(throws: AMQPError.self) { try assembler.body(ByteBuffer(string: "x")) }
    }

    @Test func longerBodiesThanAnnouncedAreRefused() throws {
        var assembler = ContentAssembler(maximumBodySize: 10)
        try assembler.begin(Self.deliver)
        _ = try receive(&assembler, header(3))
        #expect(throws: AMQPError.self) { try assembler.body(ByteBuffer(string: "four")) }
    }

    @Test(arguments: [11, 1 << 31, 1 << 63, .max] as [UInt64])
    func hugeBodiesAreRefusedBeforeAnythingIsAllocated(_ size: UInt64) throws {
        var assembler = ContentAssembler(maximumBodySize: 10)
        try assembler.begin(Self.deliver)
        #expect(throws: AMQPError.self) { try receive(&assembler, header(size)) }
    }

    @Test func damagedPropertiesCostTheMessageOnly() throws {
        var assembler = ContentAssembler(maximumBodySize: 10)
        try assembler.begin(Self.deliver)
        var payload = header(0)
        payload.setInteger(UInt16(0x8000), at: 12)
        let content = try #require(try receive(&assembler, payload))
        #expect(throws: AMQPError.self) { try content.properties.get() }
    }
}
