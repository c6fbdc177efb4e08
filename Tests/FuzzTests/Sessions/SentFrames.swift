import AMQPCodec
import NIOCore

@testable import AMQPClient

/// Holds what a client sends on one socket against the rules, and against a limit.
struct SentFrames {
    private var reader = FrameReader(frameMax: 131_072)
    private var arrived = 0
    private var sent = 0
    /// Channels on which `channel.close` or its answer was the last word.
    private var closed: Set<UInt16> = []
    private var questions: [Question: Int] = [:]

    private struct Question: Hashable {
        var id: MethodID
        var channel: UInt16
    }

    /// What a client has to say of its own accord.
    static let slack = 16 * 1024

    /// - Parameter count: Bytes that have just arrived: each message may be answered, with fewer bytes than it has.
    mutating func check(_ bytes: ByteBuffer, answering count: Int) throws {
        arrived += count
        sent += bytes.readableBytes
        guard sent <= Self.slack + 2 * arrived else { throw Violation("\(sent) bytes answer \(arrived)") }
        reader.append(bytes)
        while let frame = try reader.next() {
            let payload = try reader.withPayload(frame) { (bytes) throws(AMQPError) in Array(bytes) }
            reader.drop(frame)
            guard frame.kind == .method else {
                guard !closed.contains(frame.channel) else { throw Violation("content on a closed channel") }
                continue
            }
            let id = try payload.withUnsafeBytes { bytes throws(AMQPError) in try MethodID(payload: bytes) }
            try check(id, on: frame.channel)
            questions[Question(id: id, channel: frame.channel), default: 0] += 1
        }
    }

    private mutating func check(_ id: MethodID, on channel: UInt16) throws {
        switch id {
        case ChannelOpen.id: closed.remove(channel)
        // Both sides may close at once: then each also answers.
        case ChannelCloseOk.id, ConnectionCloseOk.id: closed.insert(channel)
        case _ where closed.contains(0) || closed.contains(channel):
            throw Violation("method \(id) on channel \(channel), which is closed")
        case ChannelClose.id, ConnectionClose.id: closed.insert(channel)
        default: break
        }
    }

    // MARK: Answers

    /// Whether that frame answers nothing, or something that was asked and is not answered yet.
    func awaits(_ frame: [UInt8]) -> Bool {
        guard let question = Self.question(frame) else { return true }
        return questions[question, default: 0] > 0
    }

    mutating func answer(_ frame: [UInt8]) {
        if let question = Self.question(frame) { questions[question, default: 1] -= 1 }
    }

    /// An answer has the number behind that of its question, which is even.
    private static func question(_ frame: [UInt8]) -> Question? {
        frame.withUnsafeBytes { bytes in
            guard let header = try? FrameHeader.parse(bytes, frameMax: 131_072), header.kind == .method,
                let id = try? MethodID(payload: UnsafeRawBufferPointer(rebasing: bytes.dropFirst(FrameHeader.size))),
                !id.method.isMultiple(of: 2), id != ConnectionUnblocked.id
            else { return nil }
            return Question(id: MethodID(class: id.class, method: id.method - 1), channel: header.channel)
        }
    }
}
