import AMQPCodec
import NIOCore

@testable import AMQPClient

/// SASL and tuning: the server's frames up to `connection.open-ok`, without a connection.
struct HandshakeTarget: FuzzTarget {
    static let name = "handshakes"
    private let mutation: Mutation

    init(corpus: [Input]) { mutation = Mutation(corpus: corpus, areFrames: true) }

    func input(_ number: Int, _ generator: inout SeededGenerator) -> Input { mutation(&generator) }

    func run(_ input: Input) throws {
        let options = AMQPConnection.Options()
        let address = BrokerAddress(host: "h", credentials: Credentials(user: "u", password: URITarget.secrets[0]))
        var handshake = Handshake(address: address, options: options)
        let arena = WireArena()
        var reader = FrameReader(frameMax: Handshake.frameMaxBeforeTune)
        reader.append(ByteBuffer(bytes: input.joined()))
        do throws(AMQPError) {
            while let frame = try reader.next() {
                let method = try reader.withPayload(frame) { (bytes) throws(AMQPError) in
                    try Method(payload: bytes, arena: arena)
                }
                reader.drop(frame)
                switch try handshake.receive(method) {
                case .send(let methods): try Self.check(methods)
                case .established(let negotiated): try Self.check(negotiated, options)
                }
            }
        } catch {
            guard !"\(error)".contains(URITarget.secrets[0]) else { throw Violation("the error quotes it: \(error)") }
            if error.code == .unsupported { throw Violation(error.message) }
        }
        _ = handshake.closedByPeer()
    }

    /// What goes out can be written into the smallest frame there is.
    private static func check(_ methods: [any MethodArguments]) throws(AMQPError) {
        for method in methods {
            do {
                _ = try Frames.written(room: 4096) { (room) throws(AMQPError) in
                    try FrameEncoder().method(method, channel: 0, into: room)
                }
            } catch {
                throw AMQPError(.unsupported, "\(type(of: method)) is not sent: \(error)")
            }
        }
    }

    private static func check(_ agreed: Negotiated, _ options: AMQPConnection.Options) throws(AMQPError) {
        guard (4096...Int(options.frameMax)).contains(agreed.frameMax), agreed.channelMax > 0,
            agreed.channelMax <= options.channelMax, agreed.heartbeat > 0, agreed.heartbeat <= options.heartbeat
        else { throw AMQPError(.unsupported, "agreed to \(agreed)") }
    }
}
