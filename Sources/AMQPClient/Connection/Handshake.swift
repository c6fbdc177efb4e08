/// The client's side of `start` → `tune` → `open`, without I/O.
struct Handshake: Sendable {
    enum Action: Sendable {
        case send([any MethodArguments])
        case established(Negotiated)
    }

    private enum Phase: Sendable {
        case awaitingStart
        case awaitingTune(ServerInfo)
        case awaitingOpenOk(Negotiated)
        case finished
    }

    /// The most that a server may send before `tune`. RabbitMQ's own limit before login is the same.
    static let frameMaxBeforeTune = 8192

    private let address: BrokerAddress
    private let options: AMQPConnection.Options
    private var phase = Phase.awaitingStart

    init(address: BrokerAddress, options: AMQPConnection.Options) {
        self.address = address
        self.options = options
    }

    mutating func receive(_ method: Method) throws(AMQPError) -> Action {
        switch (phase, method) {
        case (.awaitingStart, .connectionStart(let start)):
            return .send([try startOk(start)])
        case (.awaitingTune, .connectionSecure):
            throw AMQPError(
                .handshakeFailed, "the server asks for a second SASL step, which none of Warren's mechanisms has")
        case (.awaitingTune(let server), .connectionTune(let tune)):
            let negotiated = try negotiate(tune, server)
            phase = .awaitingOpenOk(negotiated)
            return .send([
                ConnectionTuneOk(
                    channelMax: negotiated.channelMax, frameMax: UInt32(negotiated.frameMax),
                    heartbeat: negotiated.heartbeat),
                ConnectionOpen(virtualHost: address.virtualHost),
            ])
        case (.awaitingOpenOk(let negotiated), .connectionOpenOk):
            phase = .finished
            return .established(negotiated)
        case (_, .connectionClose(let close)):
            throw AMQPError.refused(address, by: .init(code: close.replyCode, text: close.replyText))
        default:
            throw AMQPError(.handshakeFailed, "the server at \(address) does not keep to AMQP's login sequence")
        }
    }

    /// What it means that the socket was closed now.
    func closedByPeer() -> AMQPError {
        switch phase {
        case .awaitingStart:
            AMQPError(
                .handshakeFailed, "the server at \(address) closed the connection before it said anything",
                remedy: address.tls == nil
                    ? "Is that RabbitMQ's AMQP port (5672), without TLS?" : "Is that RabbitMQ's TLS port (5671)?")
        case .awaitingTune:
            AMQPError(
                .authenticationFailed,
                "the server at \(address) closed the connection during login, probably because it refused the "
                    + "user or password",
                remedy: "Check user and password; RabbitMQ accepts guest from localhost only. Its log says more")
        case .awaitingOpenOk(let negotiated):
            AMQPError(
                .handshakeFailed,
                "the server at \(address) closed the connection after the login, instead of opening the virtual host "
                    + "\"\(address.virtualHost)\"",
                remedy: "The broker's log says why. RabbitMQ does so when it does not take what the client agreed to: "
                    + "frames of \(negotiated.frameMax) bytes (8192 at least), \(negotiated.channelMax) channels")
        case .finished:
            AMQPError(.handshakeFailed, "the server at \(address) closed the connection during the handshake")
        }
    }

    // MARK: Steps

    private mutating func startOk(_ start: ConnectionStart) throws(AMQPError) -> ConnectionStartOk {
        guard start.versionMajor == 0, start.versionMinor == 9 else {
            throw AMQPError(
                .handshakeFailed,
                "the server at \(address) speaks AMQP \(start.versionMajor)-\(start.versionMinor), not 0-9-1")
        }
        let offered = start.mechanisms.string.split(separator: " ").map(String.init)
        let wanted = address.mechanisms ?? options.mechanisms
        guard let mechanism = wanted.first(where: { offered.contains($0.description) }) else {
            let names = wanted.map(\.description).joined(separator: " or ")
            throw AMQPError(
                .authenticationFailed,
                "the server at \(address) does not offer the SASL mechanism \(names), but \(offered.joined(separator: ", "))",
                remedy: wanted.contains(.external)
                    ? "EXTERNAL needs the plugin rabbitmq_auth_mechanism_ssl and auth_mechanisms.1 = EXTERNAL" : nil)
        }
        phase = .awaitingTune(ServerInfo(properties: start.serverProperties, mechanisms: offered))
        return ConnectionStartOk(
            clientProperties: clientProperties,
            mechanism: mechanism.description,
            response: mechanism.response(address.credentials),
            locale: "en_US"
        )
    }

    private var clientProperties: FieldTable {
        [
            "product": "Warren",
            "version": "0.1.0",
            "platform": "Swift",
            "information": "https://github.com/warren-swift/warren",
            "connection_name": .string(options.connectionName),
            "capabilities": .table([
                "authentication_failure_close": true,
                "basic.nack": true,
                "connection.blocked": true,
                "consumer_cancel_notify": true,
                "consumer_priorities": true,
                "direct_reply_to": true,
                "exchange_exchange_bindings": true,
                "per_consumer_qos": true,
                "publisher_confirms": true,
            ]),
        ]
    }

    private func negotiate(_ tune: ConnectionTune, _ server: ServerInfo) throws(AMQPError) -> Negotiated {
        guard tune.frameMax == 0 || tune.frameMax >= 4096 else {
            throw AMQPError(
                .handshakeFailed,
                "the server at \(address) proposes frames of \(tune.frameMax) bytes; AMQP's minimum is 4096")
        }
        let frameMax = tune.frameMax == 0 ? options.frameMax : min(tune.frameMax, options.frameMax)
        let wantedChannels = address.channelMax ?? options.channelMax
        let channelMax = Self.smaller(tune.channelMax, wantedChannels)
        let heartbeat = address.heartbeat ?? options.heartbeat
        return Negotiated(
            frameMax: Int(frameMax),
            channelMax: channelMax == 0 ? .max : channelMax,
            heartbeat: heartbeat == 0 ? 0 : Self.smaller(tune.heartbeat, heartbeat),
            server: server
        )
    }

    /// The smaller of two limits of which 0 means none.
    private static func smaller(_ a: UInt16, _ b: UInt16) -> UInt16 {
        if a == 0 { b } else if b == 0 { a } else { min(a, b) }
    }
}
