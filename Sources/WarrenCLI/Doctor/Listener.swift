internal import AMQPClient
internal import NIOCore
internal import NIOPosix

/// What listens on a port, by what it says to the first bytes of an AMQP client, a browser and a TLS client.
enum Listener: Sendable, Equatable {
    case amqp
    case anotherAMQP
    case tls
    case http
    case ssh
    /// Its first bytes, as far as they can be printed.
    case unknown(String)
    case silent
    case closing

    static func identify(at address: SocketAddress, timeout: Duration) async -> Listener {
        // A server that is there answers soon; three questions are not to take three times the patience for one.
        let timeout = min(timeout, .seconds(2))
        let first = await ask(address, Array("AMQP".utf8) + [0, 0, 9, 1], timeout)
        guard first == .silent || first == .closing else { return first }
        // RabbitMQ's web page waits for the end of the line.
        let second = await ask(address, Array("GET / HTTP/1.0\r\n\r\n".utf8), timeout)
        if second == .http { return .http }
        if case .shown = await TLSLook.at(address, serverName: nil, timeout: timeout) { return .tls }
        return first
    }

    private static func ask(_ address: SocketAddress, _ question: [UInt8], _ timeout: Duration) async -> Listener {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let answer = loop.makePromise(of: Listener.self)
        let socket = ClientBootstrap(group: loop).connectTimeout(TimeAmount(timeout))
            .channelInitializer { socket in
                socket.eventLoop.makeCompletedFuture {
                    try socket.pipeline.syncOperations.addHandler(FirstBytes(question: question, answer: answer))
                }
            }
            .connect(to: address)
        socket.whenFailure { _ in answer.succeed(.closing) }
        let overdue = loop.scheduleTask(in: TimeAmount(timeout)) { answer.succeed(.silent) }
        let listener = (try? await answer.futureResult.get()) ?? .closing
        overdue.cancel()
        try? await socket.get().close()
        return listener
    }

    fileprivate init(_ bytes: [UInt8]) {
        // A METHOD frame on channel 0, or the protocol header of who wants it otherwise.
        if bytes.starts(with: [1, 0, 0]) || bytes.starts(with: Array("AMQP".utf8) + [0, 0, 9, 1]) {
            self = .amqp
        } else if bytes.starts(with: Array("AMQP".utf8)) {
            self = .anotherAMQP
        } else if bytes.starts(with: Array("HTTP".utf8)) {
            self = .http
        } else if bytes.starts(with: Array("SSH-".utf8)) {
            self = .ssh
        } else if bytes.count > 1, bytes[0] == 0x15 || bytes[0] == 0x16, bytes[1] == 3 {
            self = .tls
        } else {
            let printable = bytes.prefix(32).map { (0x20..<0x7F).contains($0) ? Character(UnicodeScalar($0)) : "." }
            self = .unknown(String(printable))
        }
    }

    var description: String {
        switch self {
        case .amqp: "AMQP 0-9-1 without TLS answers there"
        case .anotherAMQP: "a server of another AMQP version answers there, not 0-9-1"
        case .tls: "a TLS server answers there"
        case .http: "an HTTP server answers there, not AMQP"
        case .ssh: "an SSH server answers there, not AMQP"
        case .unknown(let text): "something else answers there, not AMQP: \"\(text)\""
        case .silent: "the port takes connections, but says nothing"
        case .closing: "the port takes connections and closes them at once"
        }
    }

    func remedy(wantsTLS: Bool) -> String {
        switch self {
        case .amqp: "Write amqp:// for that port, or use RabbitMQ's port for TLS, 5671"
        case .tls: wantsTLS ? "Check the TLS versions on both sides" : "Write amqps:// for that port, or use 5672"
        case .http: "RabbitMQ's port for AMQP is 5672, with TLS 5671; 15672 and 443 are web pages"
        case .anotherAMQP: "Only brokers with AMQP 0-9-1 will do, as RabbitMQ and LavinMQ"
        case .ssh, .unknown: "RabbitMQ's port for AMQP is 5672, with TLS 5671"
        case .silent:
            "Is it the right port (5672, with TLS 5671)? Then a load balancer without a broker behind it, a broker that is "
                + "stuck, or something in between that lets through only the first packets"
        case .closing:
            "Is it the right port (5672, with TLS 5671)? Then a load balancer without a broker behind it, or a broker that "
                + "is just starting or stopping"
        }
    }
}

/// Asks, and takes the first bytes of the answer.
private final class FirstBytes: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let question: [UInt8]
    private let answer: EventLoopPromise<Listener>

    init(question: [UInt8], answer: EventLoopPromise<Listener>) {
        self.question = question
        self.answer = answer
    }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(NIOAny(ByteBuffer(bytes: question)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        answer.succeed(Listener(Array(unwrapInboundIn(data).readableBytesView)))
    }

    func channelInactive(context: ChannelHandlerContext) {
        answer.succeed(.closing)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        answer.succeed(.closing)
        context.close(promise: nil)
    }
}
