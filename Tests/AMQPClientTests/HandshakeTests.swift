import Testing

@testable import AMQPClient

@Suite struct HandshakeTests {
    private static let start = ConnectionStart(
        serverProperties: ["product": "RabbitMQ", "version": "3.10.8"], mechanisms: "AMQPLAIN PLAIN", locales: "en_US")

    private func handshake(_ uri: String = "amqp://u:p@h/v", _ options: AMQPConnection.Options = .init()) throws
        -> Handshake
    {
        Handshake(address: try BrokerAddress(uri: uri), options: options)
    }

    @Test func theWholeSequence() throws {
        var handshake = try handshake()
        guard case .send(let first) = try handshake.receive(.connectionStart(Self.start)) else {
            return #expect(Bool(false))
        }
        let startOk = try #require(first.first as? ConnectionStartOk)
        #expect(startOk.mechanism == "PLAIN" && startOk.response.string == "\0u\0p")
        guard case .table(let capabilities) = startOk.clientProperties["capabilities"] else {
            return #expect(Bool(false))
        }
        for name in [
            "authentication_failure_close", "basic.nack", "connection.blocked", "consumer_cancel_notify",
            "exchange_exchange_bindings", "publisher_confirms",
        ] { #expect(capabilities[name] == true, "\(name)") }

        let tune = ConnectionTune(channelMax: 2047, frameMax: 131_072, heartbeat: 60)
        guard case .send(let second) = try handshake.receive(.connectionTune(tune)) else { return #expect(Bool(false)) }
        #expect(second[0] as? ConnectionTuneOk == ConnectionTuneOk(channelMax: 2047, frameMax: 131_072, heartbeat: 10))
        #expect(second[1] as? ConnectionOpen == ConnectionOpen(virtualHost: "v"))

        guard case .established(let agreed) = try handshake.receive(.connectionOpenOk(ConnectionOpenOk())) else {
            return #expect(Bool(false))
        }
        #expect(agreed.frameMax == 131_072 && agreed.heartbeat == 10 && agreed.server.version == "3.10.8")
    }

    struct Tuning: Sendable {
        var server: (channels: UInt16, frame: UInt32, heartbeat: UInt16)
        var agreed: (channels: UInt16, frame: Int, heartbeat: UInt16)
    }

    @Test(arguments: [
        Tuning(server: (0, 0, 0), agreed: (2047, 131_072, 10)),
        Tuning(server: (100, 8192, 5), agreed: (100, 8192, 5)),
        Tuning(server: (65535, 1 << 31, 600), agreed: (2047, 131_072, 10)),
        Tuning(server: (1, 4096, 1), agreed: (1, 4096, 1)),
    ])
    func limitsAreTheSmallerOnes(_ tuning: Tuning) throws {
        var handshake = try handshake()
        _ = try handshake.receive(.connectionStart(Self.start))
        let tune = ConnectionTune(
            channelMax: tuning.server.channels, frameMax: tuning.server.frame, heartbeat: tuning.server.heartbeat)
        guard case .send(let methods) = try handshake.receive(.connectionTune(tune)) else {
            return #expect(Bool(false))
        }
        let ok = try #require(methods[0] as? ConnectionTuneOk)
        #expect(ok.channelMax == tuning.agreed.channels)
        #expect(Int(ok.frameMax) == tuning.agreed.frame)
        #expect(ok.heartbeat == tuning.agreed.heartbeat)
    }

    @Test func aClientThatWantsNoHeartbeatGetsNone() throws {
        var handshake = try handshake("amqp://h?heartbeat=0")
        _ = try handshake.receive(.connectionStart(Self.start))
        let tune = ConnectionTune(channelMax: 0, frameMax: 0, heartbeat: 60)
        guard case .send(let methods) = try handshake.receive(.connectionTune(tune)) else {
            return #expect(Bool(false))
        }
        #expect((methods[0] as? ConnectionTuneOk)?.heartbeat == 0)
    }

    @Test(arguments: [1, 4095] as [UInt32])
    func absurdFrameSizesAreRefused(_ frameMax: UInt32) throws {
        var handshake = try handshake()
        _ = try handshake.receive(.connectionStart(Self.start))
        #expect(throws: AMQPError.self) {
            try handshake.receive(.connectionTune(ConnectionTune(channelMax: 0, frameMax: frameMax, heartbeat: 0)))
        }
    }

    @Test func refusalsAreTold() throws {
        func code(_ replyCode: UInt16) throws -> AMQPError.Code? {
            var handshake = try handshake()
            _ = try handshake.receive(.connectionStart(Self.start))
            let close = ConnectionClose(replyCode: replyCode, replyText: "no")
            return #expect(throws: AMQPError.self) { try handshake.receive(.connectionClose(close)) }?.code
        }
        #expect(try code(403) == .authenticationFailed)
        #expect(try code(530) == .virtualHostRefused)
        #expect(try code(320) == .connectionClosed)
    }

    @Test func whateverIsOutOfOrderIsRefused() throws {
        let tune = ConnectionTune(channelMax: 0, frameMax: 0, heartbeat: 0)
        for method: Method in [
            .connectionTune(tune), .connectionOpenOk(.init()),
            .queueDeclareOk(.init(queue: "", messageCount: 0, consumerCount: 0)),
        ] {
            var handshake = try handshake()
            #expect(throws: AMQPError.self) { try handshake.receive(method) }
        }
        var other = try handshake()
        var wrongVersion = Self.start
        wrongVersion.versionMajor = 1
        #expect(throws: AMQPError.self) { try other.receive(.connectionStart(wrongVersion)) }
        var noPlain = Self.start
        noPlain.mechanisms = "EXTERNAL"
        #expect(throws: AMQPError.self) { try other.receive(.connectionStart(noPlain)) }
    }
}
