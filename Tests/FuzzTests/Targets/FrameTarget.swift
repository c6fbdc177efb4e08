import NIOCore

@testable import AMQPClient

/// Frames are cut out of what arrives, however it arrives.
struct FrameTarget: FuzzTarget {
    static let name = "frames"
    private let mutation: Mutation

    init(corpus: [Input]) { mutation = Mutation(corpus: corpus, areFrames: true) }

    func input(_ number: Int, _ generator: inout SeededGenerator) -> Input {
        mutation(&generator).cut(&generator)
    }

    func run(_ input: Input) throws {
        let whole = try Self.read([Array(input.joined())])
        guard try Self.read(input) == whole else { throw Violation("in parts it is something else than as a whole") }
    }

    private struct Outcome: Equatable {
        var frames: [FrameHeader] = []
        var payloads: [[UInt8]] = []
        var error: String?
    }

    private static func read(_ parts: Input) throws -> Outcome {
        var reader = FrameReader(frameMax: 4096)
        var outcome = Outcome()
        do throws(AMQPError) {
            for part in parts {
                reader.append(ByteBuffer(bytes: part))
                while let frame = try reader.next() {
                    let payload = try reader.withPayload(frame) { (bytes) throws(AMQPError) in Array(bytes) }
                    guard payload.count == frame.payloadSize, Array(reader.payload(frame).readableBytesView) == payload
                    else { throw .malformed("VIOLATION: payload") }
                    outcome.frames.append(frame)
                    outcome.payloads.append(payload)
                    reader.drop(frame)
                }
            }
        } catch {
            _ = reader.describeForeignPeer()
            outcome.error = error.message
        }
        if let error = outcome.error, error.hasPrefix("VIOLATION") { throw Violation(error) }
        return outcome
    }
}
