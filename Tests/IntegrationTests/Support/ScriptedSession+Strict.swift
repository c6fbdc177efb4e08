import AMQPCodec
import AMQPTestSupport

/// The client said something else than the script wanted to hear.
struct ScriptViolation: Error, CustomStringConvertible {
    var wanted: String
    var said: String

    var description: String { "the client was to say \(wanted), and said \(said)" }
}

// Conversations in which nothing may come between.
extension ScriptedSession {
    /// The next method, whatever it is; it has to be of this type, and on this channel if one is named.
    @discardableResult
    func next<Arguments: MethodArguments>(
        _: Arguments.Type,
        on number: UInt16? = nil
    ) async throws -> (arguments: Arguments, channel: UInt16) {
        let (method, channel) = try await method()
        guard let arguments = method.arguments as? Arguments, number == nil || number == channel else {
            let place = number.map { " on channel \($0)" } ?? ""
            throw ScriptViolation(wanted: "\(Arguments.self)\(place)", said: "\(method) on channel \(channel)")
        }
        return (arguments, channel)
    }

    /// As ``next(_:on:)``; what it says has to be so.
    @discardableResult
    func next<Arguments: MethodArguments>(
        _: Arguments.Type,
        on number: UInt16? = nil,
        where isRight: (Arguments) -> Bool
    ) async throws -> (arguments: Arguments, channel: UInt16) {
        let (arguments, channel) = try await next(Arguments.self, on: number)
        guard isRight(arguments) else {
            throw ScriptViolation(wanted: "another \(Arguments.self)", said: "\(arguments) on channel \(channel)")
        }
        return (arguments, channel)
    }

    /// `channel.open` comes next, and is answered; returns the channel's number.
    @discardableResult
    func nextChannel(_ number: UInt16? = nil) async throws -> UInt16 {
        let number = try await next(ChannelOpen.self, on: number).channel
        try await send(ChannelOpenOk(), on: number)
        return number
    }

    /// `basic.qos` and `basic.consume` come next; the second is not yet answered.
    func nextConsume(on number: UInt16) async throws -> BasicConsume {
        try await next(BasicQos.self, on: number)
        try await send(BasicQosOk(), on: number)
        return try await next(BasicConsume.self, on: number).arguments
    }

    /// A channel comes next with one consumer on it, and is answered; returns number and tag.
    ///
    /// - Parameter earlier: What they have to be.
    @discardableResult
    func nextConsumer(_ earlier: (channel: UInt16, tag: String)? = nil) async throws -> (channel: UInt16, tag: String) {
        let number = try await nextChannel(earlier?.channel)
        let tag = try await nextConsume(on: number).consumerTag
        if let earlier, tag != earlier.tag {
            throw ScriptViolation(wanted: "the consumer \(earlier.tag)", said: "the consumer \(tag)")
        }
        try await send(BasicConsumeOk(consumerTag: tag), on: number)
        return (number, tag)
    }

    /// `channel.close` comes next, and is answered.
    func nextClose(of number: UInt16) async throws {
        try await next(ChannelClose.self, on: number)
        try await send(ChannelCloseOk(), on: number)
    }

    /// Waits until the client has done what it does about everything that was said so far.
    ///
    /// It answers to the first question when it has read it, and to the second when its tasks have gone on.
    func catchUp(on number: UInt16) async throws {
        for _ in 0..<2 {
            try await send(ChannelFlow(active: true), on: number)
            try await next(ChannelFlowOk.self, on: number)
        }
    }

    /// Answers everything as a broker with empty queues would, until the client has closed the connection.
    ///
    /// - Parameter hear: Told of everything that the client says, before it is answered.
    func serve(_ hear: (Method, UInt16) throws -> Void = { _, _ in }) async throws {
        while true {
            let (method, number) = try await method()
            try hear(method, number)
            switch method {
            case .channelOpen: try await send(ChannelOpenOk(), on: number)
            case .channelClose: try await send(ChannelCloseOk(), on: number)
            case .queueDeclare(let declare):
                try await send(QueueDeclareOk(queue: declare.queue, messageCount: 0, consumerCount: 0), on: number)
            case .basicQos: try await send(BasicQosOk(), on: number)
            case .basicConsume(let consume):
                try await send(BasicConsumeOk(consumerTag: consume.consumerTag), on: number)
            case .basicCancel(let cancel):
                try await send(BasicCancelOk(consumerTag: cancel.consumerTag), on: number)
            case .basicGet: try await send(BasicGetEmpty(), on: number)
            case .connectionClose: return try await send(ConnectionCloseOk(), on: 0)
            default: break
            }
        }
    }

    /// Sends all of it in one write, so that the client reads it at once and nothing of its own comes between.
    func sendAtOnce(_ frames: ScriptedFrame...) async throws {
        try await send(raw: frames.flatMap { try $0.bytes() })
    }
}

/// What a peer says, as bytes.
enum ScriptedFrame {
    case method(any MethodArguments, on: UInt16)
    /// A message of one body frame.
    case message(BasicDeliver, String, on: UInt16)

    /// The broker goes down: nobody's fault, and recovered from.
    static var connectionForced: ScriptedFrame {
        .method(ConnectionClose(replyCode: 320, replyText: "CONNECTION_FORCED - closed by a test"), on: 0)
    }

    static func delivery(
        _ body: String,
        to tag: String,
        deliveryTag: UInt64 = 1,
        redelivered: Bool = false,
        on number: UInt16
    ) -> ScriptedFrame {
        .message(
            BasicDeliver(
                consumerTag: tag, deliveryTag: deliveryTag, redelivered: redelivered, exchange: "", routingKey: "q"),
            body, on: number)
    }

    func bytes() throws -> [UInt8] {
        let encoder = FrameEncoder()
        switch self {
        case .method(let method, let number):
            return try Self.frame { try encoder.method(method, channel: number, into: $0) }
        case .message(let deliver, let text, let number):
            let body = Array(text.utf8)
            var bytes = try Self.frame { try encoder.method(deliver, channel: number, into: $0) }
            bytes += try Self.frame {
                try encoder.contentHeader(bodySize: body.count, properties: .persistent, channel: number, into: $0)
            }
            return bytes
                + (try Self.frame { room in
                    let header = FrameHeader(kind: .body, channel: number, payloadSize: body.count)
                    header.write(into: room)
                    for (index, byte) in body.enumerated() { room[FrameHeader.size + index] = byte }
                    room[FrameHeader.size + body.count] = FrameHeader.end
                    return header.frameSize
                })
        }
    }

    private static func frame(_ write: (UnsafeMutableRawBufferPointer) throws -> Int) throws -> [UInt8] {
        var room = [UInt8](repeating: 0, count: 4096)
        let count = try room.withUnsafeMutableBytes { try write($0) }
        return Array(room[..<count])
    }
}
