import NIOCore
import Testing

@testable import AMQPClient

@Suite struct FrameReaderTests {
    private static let frames: [UInt8] =
        [8, 0, 0, 0, 0, 0, 0, 0xCE] + [1, 0, 1, 0, 0, 0, 4, 0, 60, 0, 11, 0xCE] + [3, 0, 2, 0, 0, 0, 1, 42, 0xCE]

    private struct Frame {
        var header: FrameHeader
        var payload: [UInt8]
    }

    private func read(_ reader: inout FrameReader) throws -> [Frame] {
        var frames: [Frame] = []
        while let header = try reader.next() {
            let payload = try reader.withPayload(header) { Array($0) }
            #expect(Array(reader.payload(header).readableBytesView) == payload)
            frames.append(Frame(header: header, payload: payload))
            reader.drop(header)
        }
        return frames
    }

    @Test(arguments: 1...20)
    func framesAreCutHoweverTheyArrive(_ size: Int) throws {
        var reader = FrameReader(frameMax: 4096)
        var frames: [Frame] = []
        for start in stride(from: 0, to: Self.frames.count, by: size) {
            reader.append(ByteBuffer(bytes: Self.frames[start..<min(start + size, Self.frames.count)]))
            frames += try read(&reader)
        }
        #expect(frames.map(\.header.kind) == [.heartbeat, .method, .body])
        #expect(frames.map(\.header.channel) == [0, 1, 2])
        #expect(frames.map(\.payload) == [[], [0, 60, 0, 11], [42]])
    }

    @Test func aWrongEndIsRefused() {
        var reader = FrameReader(frameMax: 4096)
        reader.append(ByteBuffer(bytes: [8, 0, 0, 0, 0, 0, 0, 0xCD]))
        #expect(throws: AMQPError.self) { try reader.next() }
    }

    @Test func aSizeOverTheLimitIsRefusedFromSevenBytes() {
        var reader = FrameReader(frameMax: 4096)
        reader.append(ByteBuffer(bytes: [1, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF]))
        #expect(throws: AMQPError.self) { try reader.next() }
    }

    @Test(arguments: [
        ("HTTP/1.1 400", "HTTP"), ("AMQP\u{1}\u{1}", "AMQP"), ("SSH-2.0", "SSH"), ("\u{15}\u{3}\u{3}", "TLS"),
    ])
    func foreignPeersAreNamed(_ said: String, _ name: String) {
        var reader = FrameReader(frameMax: 4096)
        reader.append(ByteBuffer(string: said))
        #expect(reader.describeForeignPeer()?.contains(name) == true)
    }
}
