import AMQPClient
import AMQPCodec
import AMQPTestSupport
import Foundation
import LocalBroker
import NIOCore
import Subprocess
import Testing

#if TLS
    import NIOSSL
#endif

/// `warren doctor` says which step fails, why, and what to do; and nothing fails where nothing is wrong.
@Suite(.needsBroker, .timeLimit(.minutes(3))) struct DoctorTests {
    /// What it said of one subject.
    private func lines(_ result: WarrenProcess.Result, _ status: String, _ subject: String) -> [String] {
        result.lines.filter { line in
            let words = line.split(separator: " ")
            return words.first == status[...] && words.dropFirst().first == subject[...]
        }
    }

    private func expect(
        _ result: WarrenProcess.Result,
        _ status: String,
        _ subject: String,
        says parts: String...,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let found = lines(result, status, subject).joined(separator: "\n")
        #expect(!found.isEmpty, "no \(status) \(subject) in:\n\(result.output)", sourceLocation: sourceLocation)
        for part in parts { #expect(found.contains(part), "\(part) in: \(found)", sourceLocation: sourceLocation) }
    }

    /// The broker of the tests, for somebody else.
    private func url(_ user: String, _ password: String) async throws -> String {
        let url = try await TestBroker.url()
        return try Self.url(url, user, password)
    }

    private static func url(_ url: String, _ user: String, _ password: String) throws -> String {
        let address = try BrokerAddress(uri: url)
        return "amqp://\(user):\(password)@\(address.host):\(address.port)"
    }

    // MARK: A good broker

    @Test func nothingIsWrongWithAGoodBroker() async throws {
        let result = try await WarrenProcess.run("doctor")
        #expect(result.status == .exited(0), "\(result.output)\(result.error)")
        for subject in [
            "address", "name", "tcp", "protocol", "login", "virtual-host", "limits", "configure", "write", "alarms",
            "read",
        ] { expect(result, "ok", subject) }
        expect(result, "ok", "login", says: "PLAIN")
        expect(result, "ok", "read", says: "the message came back")
        #expect(result.error.contains("0 failed"))
    }

    @Test func everyLineIsJSONIfWanted() async throws {
        let result = try await WarrenProcess.run("doctor", "--json", "-q", freshQueueName(), "--passive")
        #expect(result.status == .exited(1))
        let checks = try result.lines.map {
            try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        #expect(checks.count > 10)
        for check in checks {
            #expect(check["check"] is String && check["detail"] is String && check["broker"] is String)
            let status = try #require(check["status"] as? String)
            #expect(["ok", "warning", "failed"].contains(status))
            #expect(status == "ok" || check["remedy"] is String)
        }
        #expect(checks.last?["check"] as? String == "queue" && checks.last?["status"] as? String == "failed")
    }

    @Test func quietTellsOnlyWhatIsWrong() async throws {
        let result = try await WarrenProcess.run("doctor", "--quiet")
        #expect(result.status == .exited(0))
        #expect(!result.lines.contains { $0.hasPrefix("ok") })
    }

    // MARK: The way there

    @Test func nobodyListens() async throws {
        let result = try await WarrenProcess.run("doctor", url: "amqp://u:S3cr3t@127.0.0.1:1")
        #expect(result.status == .exited(1))
        expect(result, "failed", "tcp", says: "127.0.0.1:1", "refused", "is the broker running")
        #expect(!result.output.contains("S3cr3t") && !result.output.contains("login"))
    }

    @Test func anUnknownHost() async throws {
        let result = try await WarrenProcess.run("doctor", url: "amqp://no-such-host.invalid")
        #expect(result.status == .exited(1))
        expect(result, "failed", "name", says: "no-such-host.invalid", "getent hosts")
    }

    @Test func anAddressThatIsNone() async throws {
        let result = try await WarrenProcess.run("doctor", url: "http://u:S3cr3t@localhost")
        #expect(result.status == .exited(1))
        expect(result, "failed", "address", says: "scheme", "amqp://user:password@host:port/vhost")
        #expect(!result.output.contains("S3cr3t"))
    }

    @Test func everyBrokerIsLookedAt() async throws {
        let good = try await TestBroker.url()
        let result = try await WarrenProcess.run("doctor", "--url", "amqp://127.0.0.1:1", "--url", good)
        #expect(result.status == .exited(1))
        expect(result, "failed", "tcp")
        expect(result, "ok", "read")
    }

    @Test(arguments: [
        ("HTTP/1.1 400 Bad Request\r\n\r\n", "HTTP server"), ("SSH-2.0-OpenSSH_9.2\r\n", "SSH server"),
        ("AMQP\0\u{1}\0\0", "another AMQP version"), ("\u{15}\u{3}\u{3}\0\u{2}\u{2}\u{46}", "TLS server"),
        ("220 mail.example.com ESMTP\r\n", "220 mail.example.com"),
    ])
    func somethingElseListens(_ answer: String, _ isCalled: String) async throws {
        let result = try await ScriptedPeer.run { session in
            try await session.expectProtocolHeader()
            try await session.send(raw: Array(answer.utf8))
            try await session.waitForTheEnd()
        } _: {
            try await WarrenProcess.run("doctor", url: $0.url)
        }
        #expect(result.status == .exited(1))
        expect(result, "ok", "tcp")
        expect(result, "failed", "protocol", says: isCalled)
    }

    @Test func anHTTPServerThatWaitsForTheEndOfALine() async throws {
        let result = try await ScriptedPeer.run(configure: { socket in
            try socket.pipeline.syncOperations.addHandler(WebServer())
        }) { session in
            try await session.waitForTheEnd()
        } _: {
            try await WarrenProcess.run("doctor", "--connect-timeout", "0.5", url: $0.url)
        }
        expect(result, "failed", "protocol", says: "HTTP server", "15672")
    }

    /// As RabbitMQ's management page does.
    private final class WebServer: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard String(buffer: unwrapInboundIn(data)).contains("\r\n\r\n") else { return }
            context.writeAndFlush(NIOAny(ByteBuffer(string: "HTTP/1.0 200 OK\r\n\r\n")), promise: nil)
        }
    }

    @Test func nobodySaysAnything() async throws {
        let result = try await ScriptedPeer.run { session in
            try await session.waitForTheEnd()
        } _: {
            try await WarrenProcess.run("doctor", "--connect-timeout", "3", url: $0.url)
        }
        #expect(result.status == .exited(1))
        expect(result, "failed", "protocol", says: "says nothing")
    }

    @Test func theConnectionIsClosedAtOnce() async throws {
        let result = try await ScriptedPeer.run {
            await $0.abort()
        } _: {
            try await WarrenProcess.run("doctor", url: $0.url)
        }
        #expect(result.status == .exited(1))
        expect(result, "failed", "protocol", says: "closes them at once")
    }

    // MARK: Login

    @Test func aWrongPassword() async throws {
        let result = try await WarrenProcess.run("doctor", "-v", "-v", url: try await url("guest", "S3cr3t%21"))
        #expect(result.status == .exited(1))
        expect(result, "ok", "protocol")
        expect(result, "failed", "login", says: "refused user \"guest\"", "PLAIN", "guest from localhost only")
        #expect(!result.output.contains("S3cr3t") && !result.error.contains("S3cr3t"))
    }

    @Test func aMissingVirtualHost() async throws {
        let result = try await WarrenProcess.run("doctor", url: try await TestBroker.url() + "/nowhere")
        #expect(result.status == .exited(1))
        expect(result, "ok", "login")
        expect(result, "failed", "virtual-host", says: "\"nowhere\"", "add_vhost 'nowhere'")
    }

    @Test func theVirtualHostWithoutName() async throws {
        let result = try await WarrenProcess.run("doctor", url: try await TestBroker.url() + "/")
        #expect(result.status == .exited(1))
        expect(result, "warning", "address", says: "Leave the / out")
        expect(result, "failed", "virtual-host")
    }

    // MARK: Permissions

    private func doctor(configure: String, write: String, read: String) async throws -> WarrenProcess.Result? {
        guard let broker = try await TestBroker.own() else { return nil }
        let user = "doctor-\(UUID().uuidString.prefix(8))"
        try await broker.control("add_user", user, "S3cr3t")
        try await broker.control("set_permissions", user, configure, write, read)
        let result = try await WarrenProcess.run("doctor", url: try await url(user, "S3cr3t"))
        try await broker.control("delete_user", user)
        #expect(!result.output.contains("S3cr3t"))
        return result
    }

    @Test(.needsOwnBroker) func noPermissionToPublish() async throws {
        guard let result = try await doctor(configure: ".*", write: "^$", read: ".*") else { return }
        #expect(result.status == .exited(1))
        expect(
            result, "failed", "write", says: "no write permission", "amq.default", "rabbitmqctl set_permissions -p '/'")
        expect(result, "ok", "configure")
        expect(result, "ok", "read")
    }

    /// Many a user may use only queues of certain names, and that is as it should be.
    @Test(.needsOwnBroker) func noPermissionToDeclare() async throws {
        guard let result = try await doctor(configure: "^mine", write: ".*", read: "^mine") else { return }
        #expect(result.status == .exited(0), "\(result.output)")
        expect(result, "warning", "configure", says: "no configure permission", "rabbitmqctl set_permissions")
        expect(result, "ok", "write")
    }

    @Test(.needsOwnBroker) func noPermissionToConsume() async throws {
        guard let result = try await doctor(configure: ".*", write: ".*", read: "^mine") else { return }
        #expect(result.status == .exited(0), "\(result.output)")
        expect(result, "warning", "read", says: "no read permission", "rabbitmqctl set_permissions")
    }

    // MARK: Queues

    @Test func aQueueWithOtherArgumentsNamesBothValues() async throws {
        try await withBroker(arguments: ["x-max-length": 5]) { _, channel, queue in
            let other = try await WarrenProcess.run("doctor", "-q", queue, "--argument", "x-max-length=7")
            #expect(other.status == .exited(1))
            expect(other, "failed", "queue", says: queue, "x-max-length = 5", "x-max-length = 7")
            let same = try await WarrenProcess.run("doctor", "-q", queue, "--argument", "x-max-length=5")
            #expect(same.status == .exited(0))
            expect(same, "ok", "queue", says: "as you declare it")
            // Nobody said how it is declared, or it is taken as it is.
            #expect(try await WarrenProcess.run("doctor", "-q", queue).status == .exited(0))
            let passive = try await WarrenProcess.run(
                "doctor", "-q", queue, "--passive", "--argument", "x-max-length=7")
            #expect(passive.status == .exited(0))
            #expect(try await channel.declareQueue(queue, passive: true).messageCount == 0)
        }
    }

    @Test func messagesAndConsumersAreCounted() async throws {
        try await withBroker { connection, channel, queue in
            _ = try await connection.makePublisher().publish("a", routingKey: queue)
            let idle = try await WarrenProcess.run("doctor", "-q", queue)
            #expect(idle.status == .exited(0))
            expect(idle, "warning", "queue", says: "1 message ready", "no consumer", "warren work -q '\(queue)'")
            let consumer = try await channel.consume(queue, prefetch: 1)
            let busy = try await WarrenProcess.run("doctor", "-q", queue)
            expect(busy, "ok", "queue", says: "1 consumer")
            try await consumer.cancel()
        }
    }

    @Test func aMissingQueueIsAFailureOnlyIfItIsToBeTakenAsItIs() async throws {
        let queue = freshQueueName()
        let passive = try await WarrenProcess.run("doctor", "-q", queue, "--passive")
        #expect(passive.status == .exited(1))
        expect(passive, "failed", "queue", says: "no queue '\(queue)'")
        let active = try await WarrenProcess.run("doctor", "-q", queue, "--queue-type", "quorum")
        #expect(active.status == .exited(0))
        expect(active, "warning", "queue", says: "does not exist")
        // And it was not created by looking.
        #expect(try await WarrenProcess.run("queue", "info", queue).status == .exited(1))
    }

    // MARK: Usage

    @Test(arguments: [["doctor", "--passive"], ["doctor", "-q", ""], ["doctor", "-q", "q", "--argument", "novalue"]])
    func badUsage(_ arguments: [String]) async throws {
        let result = try await WarrenProcess.runList(arguments)
        #expect(result.status == .exited(2) && result.output.isEmpty)
    }

    @Test func helpTeaches() async throws {
        let result = try await WarrenProcess.run("doctor", "--help")
        #expect(result.status == .exited(0) && result.output.contains("leaves nothing behind"))
    }

    // MARK: A server that does as it is told

    /// Answers whatever the doctor asks, without queues or messages behind it.
    private static func oblige(_ session: ScriptedSession, blocked: Bool = false) async throws {
        try await session.shakeHands(version: "4.3.6")
        while true {
            let (method, number) = try await session.method()
            switch method {
            case .channelOpen: try await session.send(ChannelOpenOk(), on: number)
            case .channelClose: try await session.send(ChannelCloseOk(), on: number)
            case .channelFlow: try await session.send(ChannelFlowOk(active: true), on: number)
            case .queueDeclare:
                try await session.send(
                    QueueDeclareOk(queue: "amq.gen-1", messageCount: 0, consumerCount: 0), on: number)
            case .queueDelete: try await session.send(QueueDeleteOk(messageCount: 0), on: number)
            case .confirmSelect: try await session.send(ConfirmSelectOk(), on: number)
            case .basicPublish where blocked:
                try await session.send(ConnectionBlocked(reason: "low on memory"), on: 0)
            case .basicPublish: try await session.send(BasicAck(deliveryTag: 1), on: number)
            case .basicGet: try await session.send(BasicGetEmpty(), on: number)
            case .connectionClose:
                try await session.send(ConnectionCloseOk(), on: 0)
                return try await session.waitForTheEnd()
            default: break
            }
        }
    }

    @Test func anAlarm() async throws {
        let result = try await ScriptedPeer.run {
            try await Self.oblige($0, blocked: true)
        } _: {
            try await WarrenProcess.run("doctor", url: $0.url)
        }
        #expect(result.status == .exited(1))
        expect(result, "failed", "alarms", says: "low on memory", "rabbitmq-diagnostics alarms")
        expect(result, "ok", "server", says: "4.3.6")
    }

    @Test func aVersionOutOfSupport() async throws {
        let result = try await ScriptedPeer.run { session in
            try await session.shakeHands(version: "3.13.7")
            try await session.waitForTheEnd()
        } _: {
            try await WarrenProcess.run("doctor", "--connect-timeout", "3", url: $0.url)
        }
        expect(result, "warning", "server", says: "3.13.7", "upgrade")
        // It answers nothing else, and is not waited for.
        expect(result, "failed", "round-trip")
    }

    #if TLS
        private func context(
            _ certificate: String,
            _ configure: (inout TLSConfiguration) -> Void = { _ in }
        ) async throws -> NIOSSLContext {
            let path = try await Certificates.path(certificate)
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMFile(path + ".pem").map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(file: path + ".key", format: .pem)))
            configure(&configuration)
            return try NIOSSLContext(configuration: configuration)
        }

        private func doctor(
            certificate: String,
            query: String = "",
            _ configure: (inout TLSConfiguration) -> Void = { _ in }
        ) async throws -> WarrenProcess.Result {
            let context = try await context(certificate, configure)
            let authorities = try await Certificates.path("ca.pem")
            return try await ScriptedPeer.run(configure: { socket in
                try socket.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
            }) {
                try await Self.oblige($0)
            } _: { peer in
                try await WarrenProcess.run(
                    "doctor", url: "amqps://localhost:\(peer.port)?cacertfile=\(authorities)\(query)")
            }
        }

        @Test func aGoodCertificate() async throws {
            let result = try await doctor(certificate: "good")
            #expect(result.status == .exited(0), "\(result.output)")
            expect(result, "ok", "tls", says: "TLS 1.3", "localhost", "127.0.0.1", "expires in 3")
        }

        @Test(arguments: [
            ("expired", "expired"), ("other", "not trusted"), ("wrong-host", "does not carry"),
        ])
        func aBadCertificate(_ name: String, _ why: String) async throws {
            let result = try await doctor(certificate: name)
            #expect(result.status == .exited(1))
            expect(result, "failed", "tls", says: why)
            #expect(lines(result, "ok", "login").isEmpty)
        }

        @Test func anExpiredCertificateThatIsTakenIsStillTold() async throws {
            let result = try await doctor(certificate: "expired", query: "&verify=insecure_verify_none")
            #expect(result.status == .exited(0), "\(result.output)")
            expect(result, "warning", "tls", says: "expired", "Renew")
        }

        /// With TLS 1.2 such a server shows its certificate to nobody who has none himself.
        @Test func aServerThatWantsAClientCertificate() async throws {
            let authorities = try await Certificates.path("ca.pem")
            let client = try await Certificates.path("client")
            func demandOne(_ configuration: inout TLSConfiguration) {
                configuration.maximumTLSVersion = .tlsv12
                configuration.certificateVerification = .noHostnameVerification
                configuration.trustRoots = .file(authorities)
            }
            let query = "&certfile=\(client).pem&keyfile=\(client).key"
            let result = try await doctor(certificate: "good", query: query, demandOne)
            #expect(result.status == .exited(0), "\(result.output)")
            let without = try await doctor(certificate: "good", demandOne)
            #expect(without.status == .exited(1))
            expect(without, "failed", "tls", says: "client certificate")
        }

        @Test func plainAMQPWhereTLSIsExpected() async throws {
            let url = try await TestBroker.url().replacing("amqp://", with: "amqps://")
            let result = try await WarrenProcess.run("doctor", url: url)
            #expect(result.status == .exited(1))
            expect(result, "failed", "protocol", says: "without TLS", "Write amqp://")
        }

        @Test func tlsWherePlainAMQPIsExpected() async throws {
            let context = try await context("good")
            let result = try await ScriptedPeer.run(configure: { socket in
                try socket.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
            }) { session in
                try await session.waitForTheEnd()
            } _: {
                try await WarrenProcess.run("doctor", "--connect-timeout", "2", url: $0.url)
            }
            #expect(result.status == .exited(1))
            expect(result, "failed", "protocol", says: "TLS server", "Write amqps://")
        }
    #endif
}
