#if TLS
    import AMQPClient
    import AMQPTestSupport
    import LocalBroker
    import Testing

    /// TLS and EXTERNAL with a real RabbitMQ.
    @Suite(.needsOwnBroker, .timeLimit(.minutes(2))) struct BrokerTLSTests {
        private func withTLSBroker<Result: Sendable>(
            _ body: (RunningBroker, _ port: Int) async throws -> Result
        ) async throws -> Result {
            let port = try LocalBroker.freePort()
            let configuration = [
                "listeners.ssl.1 = 127.0.0.1:\(port)",
                "ssl_options.cacertfile = \(try await Certificates.path("ca.pem"))",
                "ssl_options.certfile = \(try await Certificates.path("good.pem"))",
                "ssl_options.keyfile = \(try await Certificates.path("good.key"))",
                "ssl_options.verify = verify_peer", "ssl_options.fail_if_no_peer_cert = false",
                "auth_mechanisms.1 = PLAIN", "auth_mechanisms.2 = EXTERNAL", "ssl_cert_login_from = common_name",
            ]
            return try await LocalBroker.run(
                configuration: TestBroker.configuration + configuration, plugins: ["rabbitmq_auth_mechanism_ssl"]
            ) { try await body($0, port) }
        }

        @Test func messagesTravelAndTheConnectionRecovers() async throws {
            try await withTLSBroker { _, port in
                let authorities = try await Certificates.path("ca.pem")
                try await FaultProxy.run(to: "127.0.0.1", port: port) { proxy in
                    let log = EventLog()
                    var options = TestBroker.options
                    options.onEvent = { log.record($0) }
                    let connection = try await AMQPConnection.connect(
                        to:
                            "amqps://guest:\(TestBroker.encodedPassword)@localhost:\(proxy.port)?cacertfile=\(authorities)",
                        options: options, logger: TestLog.logger)
                    let channel = try await connection.openChannel()
                    let queue = try await channel.declareQueue("q", exclusive: true).name
                    let publisher = try await connection.makePublisher()
                    let consumer = try await channel.consume(queue, prefetch: 10)
                    var deliveries = consumer.makeAsyncIterator()
                    let body = MessageBody(Array(repeating: 7, count: 1 << 20))
                    for round in 0..<2 {
                        #expect(try await publisher.publish(body, routingKey: queue).isConfirmed)
                        let delivery = try #require(try await deliveries.next())
                        #expect(delivery.body == body)
                        try delivery.ack()
                        guard round == 0 else { continue }
                        proxy.reset()
                        try await log.recovered()
                    }
                    await connection.close()
                }
            }
        }

        @Test func theCertificateIsTheLogin() async throws {
            try await withTLSBroker { broker, port in
                try await broker.control("add_user", "warren-client", "unused")
                try await broker.control("set_permissions", "warren-client", ".*", ".*", ".*")
                func uri(_ client: String) async throws -> String {
                    "amqps://localhost:\(port)?auth_mechanism=external&cacertfile=\(try await Certificates.path("ca.pem"))"
                        + "&certfile=\(try await Certificates.path(client + ".pem"))"
                        + "&keyfile=\(try await Certificates.path(client + ".key"))"
                }
                let connection = try await AMQPConnection.connect(to: try await uri("client"))
                try await connection.openChannel().declareQueue(exclusive: true)
                await connection.close()
                for bad in ["client-expired", "client-other"] {
                    let refused = try await uri(bad)
                    let error = await #expect(throws: AMQPError.self) { try await AMQPConnection.connect(to: refused) }
                    #expect(error?.code == .tlsFailed)
                }
                try await broker.control("delete_user", "warren-client")
                let unknown = try await uri("client")
                let error = await #expect(throws: AMQPError.self) { try await AMQPConnection.connect(to: unknown) }
                #expect(error?.code == .authenticationFailed)
            }
        }

        @Test func plainAndTLSPortsMistakenForEachOther() async throws {
            try await withTLSBroker { broker, port in
                let plain = try BrokerAddress(uri: broker.url).port
                let tlsToPlain = await #expect(throws: AMQPError.self) {
                    try await AMQPConnection.connect(to: "amqps://localhost:\(plain)")
                }
                #expect([.tlsFailed, .handshakeFailed].contains(tlsToPlain?.code))
                #expect(tlsToPlain?.remedy?.contains("5671") == true)
                let plainToTLS = await #expect(throws: AMQPError.self) {
                    try await AMQPConnection.connect(to: "amqp://localhost:\(port)")
                }
                #expect(plainToTLS?.code == .handshakeFailed)
            }
        }
    }
#endif
