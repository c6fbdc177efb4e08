#if TLS
    import AMQPClient
    import AMQPCodec
    import AMQPTestSupport
    import Foundation
    import NIOConcurrencyHelpers
    import NIOCore
    import NIOSSL
    import Testing

    /// Every certificate a server can have, against every way to connect: the good ones log in, the bad ones are refused
    /// before a byte of the login is sent.
    @Suite(.timeLimit(.minutes(2))) struct TLSMatrixTests {
        struct Case: Sendable, CustomTestStringConvertible {
            /// The server's certificate.
            var server: String
            /// The key to it, if it has another name.
            var key: String?
            var host = "localhost"
            var authorities: String? = "ca.pem"
            var serverName: String?
            var verification = TLSOptions.Verification.full
            var serverVersions: ClosedRange<Int> = 12...13
            var client: String?
            var clientKey: String?
            var passphrase: String?
            /// Authorities of client certificates, if the server asks for one.
            var clientAuthorities: String?
            /// What the error says; `nil` if it has to work.
            var says: String?

            var testDescription: String {
                "\(server) as \(serverName ?? host)" + (client.map { ", client \($0)" } ?? "")
                    + (serverVersions == 12...13 ? "" : ", TLS \(serverVersions)")
                    + (verification == .full ? "" : ", \(verification)") + (says == nil ? ": works" : ": refused")
            }
        }

        static let cases = [
            // Good ones.
            Case(server: "good"),
            Case(server: "good", host: "127.0.0.1"),
            Case(server: "good", serverName: "LOCALHOST."),
            Case(server: "dns-only"),
            Case(server: "ip-only", host: "127.0.0.1"),
            Case(server: "by-intermediate"),
            Case(server: "wildcard", serverName: "broker.warren.test"),
            Case(server: "wrong-host", serverName: "elsewhere.example"),
            Case(server: "self-signed", authorities: "self-signed.pem"),
            Case(server: "good", serverVersions: 12...12),
            Case(server: "good", serverVersions: 13...13),
            Case(server: "good", client: "client", clientAuthorities: "ca.pem"),
            Case(
                server: "good", serverVersions: 12...12, client: "client", clientKey: "client-encrypted.key",
                passphrase: "secret", clientAuthorities: "ca.pem"),
            // Explicitly insecure ones.
            Case(server: "wrong-host", verification: .insecureWithoutHostname),
            Case(server: "self-signed", verification: .insecureNone),
            Case(server: "expired", verification: .insecureNone),
            // Names.
            Case(server: "wrong-host", says: "not for localhost|does not carry"),
            Case(server: "dns-only", host: "127.0.0.1", says: "does not carry"),
            Case(server: "ip-only", says: "not for localhost"),
            Case(server: "cn-only", says: "not for localhost"),
            Case(server: "cn-only", host: "127.0.0.1", says: "does not carry"),
            Case(server: "wildcard", serverName: "warren.test", says: "warren.test|does not carry"),
            Case(server: "wildcard", serverName: "a.b.warren.test", says: "a.b.warren.test|does not carry"),
            Case(server: "good", serverName: "elsewhere.example", says: "elsewhere.example|does not carry"),
            // Time.
            Case(server: "expired", says: "has expired"),
            Case(server: "not-yet-valid", says: "not valid yet"),
            Case(server: "expired", verification: .insecureWithoutHostname, says: "has expired"),
            // Authority.
            Case(server: "self-signed", says: "not trusted"),
            Case(server: "other", says: "not trusted"),
            Case(server: "good", authorities: "other-ca.pem", says: "not trusted"),
            Case(server: "good", authorities: nil, says: "not trusted"),
            Case(server: "by-intermediate-incomplete", key: "by-intermediate", says: "not trusted"),
            Case(server: "not-a-ca-signer", says: "not trusted"),
            Case(server: "client-purpose", says: "not trusted"),
            Case(server: "self-signed", verification: .insecureWithoutHostname, says: "not trusted"),
            // Versions.
            Case(server: "good", serverVersions: 10...10, says: "PROTOCOL"),
            Case(server: "good", serverVersions: 11...11, says: "PROTOCOL"),
            Case(server: "good", serverVersions: 10...11, says: "PROTOCOL"),
            Case(server: "good", verification: .insecureNone, serverVersions: 10...11, says: "PROTOCOL"),
            // Client certificates.
            Case(server: "good", clientAuthorities: "ca.pem", says: "CERTIFICATE|closed"),
            Case(server: "good", serverVersions: 12...12, clientAuthorities: "ca.pem", says: "HANDSHAKE|CERTIFICATE"),
            Case(
                server: "good", client: "client-expired", clientAuthorities: "ca.pem", says: "CERTIFICATE|ALERT|closed"),
            Case(server: "good", client: "client-other", clientAuthorities: "ca.pem", says: "CA|ALERT|closed"),
            Case(server: "good", client: "client", clientKey: "client-encrypted.key", says: "cannot use"),
            Case(
                server: "good", client: "client", clientKey: "client-encrypted.key", passphrase: "wrong",
                says: "cannot use"),
            Case(server: "good", client: "client", clientKey: "no-such.key", says: "no-such.key"),
            Case(server: "good", authorities: "no-such.pem", says: "no-such.pem"),
        ]

        @Test(arguments: cases) func itIsRefusedBeforeTheLoginOrWorks(_ testCase: Case) async throws {
            let server = try await Self.server(testCase)
            let options = try await Self.client(testCase)
            try await ScriptedPeer.run(configure: { socket in
                try socket.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: server))
            }) { session in
                try await session.shakeHands()
                try await session.expect(ConnectionClose.self)
                try await session.send(ConnectionCloseOk(), on: 0)
                try await session.waitForTheEnd()
            } _: { peer in
                let address = BrokerAddress(host: testCase.host, port: peer.port, tls: options)
                guard let expected = testCase.says else {
                    try await AMQPConnection.connect(to: address).close()
                    return
                }
                let error = try #require(
                    await #expect(throws: AMQPError.self) { try await AMQPConnection.connect(to: address) })
                #expect(error.code == .tlsFailed)
                #expect(expected.split(separator: "|").contains { error.message.contains($0) }, "\(error)")
                #expect(error.remedy != nil)
                #expect(peer.received.isEmpty || !String(decoding: peer.received, as: UTF8.self).contains("PLAIN"))
                if testCase.clientAuthorities == nil { #expect(peer.received.isEmpty, "not a byte before") }
            }
        }

        private static func server(_ testCase: Case) async throws -> NIOSSLContext {
            let certificate = try await Certificates.path(testCase.server + ".pem")
            let key = try await Certificates.path((testCase.key ?? testCase.server) + ".key")
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem)))
            let versions = [10: TLSVersion.tlsv1, 11: .tlsv11, 12: .tlsv12, 13: .tlsv13]
            configuration.minimumTLSVersion = versions[testCase.serverVersions.lowerBound] ?? .tlsv12
            configuration.maximumTLSVersion = versions[testCase.serverVersions.upperBound]
            if let authorities = testCase.clientAuthorities {
                configuration.certificateVerification = .noHostnameVerification
                configuration.trustRoots = .file(try await Certificates.path(authorities))
            }
            return try NIOSSLContext(configuration: configuration)
        }

        private static func client(_ testCase: Case) async throws -> TLSOptions {
            var options = TLSOptions()
            if let authorities = testCase.authorities {
                options.authoritiesFile = try await Certificates.path(authorities)
            }
            if let client = testCase.client {
                options.certificateFile = try await Certificates.path(client + ".pem")
                options.privateKeyFile = try await Certificates.path(testCase.clientKey ?? client + ".key")
            }
            options.privateKeyPassphrase = testCase.passphrase
            options.serverName = testCase.serverName
            options.verification = testCase.verification
            return options
        }

        @Test func theServerHearsTheNameThatIsMeant() async throws {
            let testCase = Case(server: "wildcard", serverName: "broker.warren.test")
            let options = try await Self.client(testCase)
            let path = try await Certificates.path("wildcard")
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMFile(path + ".pem").map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(file: path + ".key", format: .pem)))
            let heard = Heard()
            configuration.sslContextCallback = { values, promise in
                heard.set(values.serverHostname)
                promise.succeed(.noChanges)
            }
            let context = try NIOSSLContext(configuration: configuration)
            try await ScriptedPeer.run(configure: { socket in
                try socket.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
            }) { session in
                try await session.shakeHands()
                try await session.waitForTheEnd()
            } _: { peer in
                let connection = try await AMQPConnection.connect(
                    to: BrokerAddress(host: "127.0.0.1", port: peer.port, tls: options))
                #expect(heard.name == "broker.warren.test")
                await connection.close(timeout: .milliseconds(100))
            }
        }

        @Test func plainTextWhereTLSIsExpected() async throws {
            let error = try await ScriptedPeer.run { session in
                // What RabbitMQ says to anything that is not its protocol.
                try await session.send(raw: Array("AMQP".utf8) + [0, 0, 9, 1])
                try await session.waitForTheEnd()
            } _: { peer in
                await #expect(throws: AMQPError.self) {
                    try await AMQPConnection.connect(to: BrokerAddress(port: peer.port, tls: TLSOptions()))
                }
            }
            #expect(error?.code == .tlsFailed && error?.remedy?.contains("5671") == true)
        }

        @Test func tlsWherePlainTextIsExpected() async throws {
            let context = try await Self.server(Case(server: "good"))
            let error = try await ScriptedPeer.run(configure: { socket in
                try socket.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
            }) { session in
                try await session.waitForTheEnd()
            } _: { peer in
                await #expect(throws: AMQPError.self) {
                    try await AMQPConnection.connect(to: "amqp://127.0.0.1:\(peer.port)")
                }
            }
            #expect(error?.code == .handshakeFailed)
        }

        @Test func aListThatMixesTransportsIsRefused() async throws {
            let error = await #expect(throws: AMQPError.self) {
                try await AMQPConnection.connect(to: "amqps://localhost:1,amqp://localhost:1")
            }
            #expect(error?.code == .invalidArgument && error?.message.contains("TLS") == true)
            var options = AMQPConnection.Options()
            options.insecureAllowsMixedTransports = true
            let allowed = await #expect(throws: AMQPError.self) {
                try await AMQPConnection.connect(to: "amqps://127.0.0.1:1,amqp://127.0.0.1:1", options: options)
            }
            #expect(allowed?.code == .connectFailed)
        }
    }

    private final class Heard: Sendable {
        private let box = NIOLockedValueBox<String?>(nil)
        var name: String? { box.withLockedValue { $0 } }
        func set(_ name: String?) { box.withLockedValue { $0 = name } }
    }
#endif
