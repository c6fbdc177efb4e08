import Foundation
import NIOCore
import NIOPosix
import Subprocess
import Testing

/// Bad input gets a clear sentence and exit status 2 or 1, never a trap or a hang.
@Suite(.needsBroker, .timeLimit(.minutes(2))) struct BadInputTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var arguments: [String]
        var url: String?
        var status: Int32 = 2
        var says: [String]
        var testDescription: String { arguments.joined(separator: " ") + (url.map { " at \($0)" } ?? "") }
    }

    @Test(arguments: [
        Case(arguments: ["publish", "-q", "q", "x"], url: "amqp://127.0.0.1:1", says: ["127.0.0.1:1", "refused"]),
        Case(arguments: ["work", "-q", "q"], url: "amqp://127.0.0.1:1", says: ["127.0.0.1:1", "refused"]),
        Case(
            arguments: ["publish", "-q", "q", "x"], url: "amqp://127.0.0.1:1,amqp://127.0.0.1:2",
            says: ["none of 2 brokers"]),
        Case(
            arguments: ["publish", "-q", "q", "x"], url: "amqp://no-such-host.invalid", says: ["no-such-host.invalid"]),
        Case(
            arguments: ["publish", "-q", "q", "x"], url: "http://localhost",
            says: ["scheme", "amqp://user:password@host:port/vhost"]),
        Case(arguments: ["publish", "-q", "q", "x"], url: "localhost:5672", says: ["amqp://"]),
        Case(arguments: ["publish", "-q", "q", "x"], url: "amqp://u:S3cr3t@host:port", says: ["port"]),
        Case(arguments: ["publish", "-q", "q", "x"], url: "amqps://127.0.0.1:1", says: ["127.0.0.1:1", "refused"]),
        Case(arguments: ["publish", "-q", "q", "x"], url: ",", says: ["no broker"]),
        Case(arguments: ["publish", "x"], says: ["--queue"]),
        Case(arguments: ["publish", "-q", "", "x"], says: ["--queue"]),
        Case(arguments: ["publish", "-q", "q", "--count", "0", "x"], says: ["--count"]),
        Case(arguments: ["publish", "-q", "q", "--count", "many", "x"], says: ["--count"]),
        Case(arguments: ["publish", "-q", "q", "--rate", "-1", "x"], says: ["--rate"]),
        Case(arguments: ["publish", "-q", "q", "--delay", "soon", "x"], says: ["--delay"]),
        Case(arguments: ["publish", "-q", "q", "--header", "novalue", "x"], says: ["--header", "key=value"]),
        Case(arguments: ["publish", "-q", "q", "--priority", "256", "x"], says: ["--priority"]),
        Case(arguments: ["publish", "-q", "q", "--file", "/no/such/file"], says: ["/no/such/file", "no such file"]),
        Case(arguments: ["publish", "-q", "q", "--file", "/"], says: ["cannot read"]),
        Case(
            arguments: ["publish", "-q", "no.such.queue", "--passive", "x"], status: 1,
            says: ["no.such.queue", "Declare it first"]),
        Case(
            arguments: ["work", "-q", "no.such.queue", "--passive"], status: 1,
            says: ["no.such.queue", "Declare it first"]),
        Case(arguments: ["work", "-q", "q", "-c", "0"], says: ["--concurrency"]),
        Case(arguments: ["work", "-q", "q", "--limit", "0"], says: ["--limit"]),
        Case(arguments: ["work", "-q", "q", "--exec"], says: ["--exec"]),
        Case(arguments: ["work", "-q", "q", "--exec", "no-such-program"], says: ["no-such-program", "PATH"]),
        Case(arguments: ["work", "-q", "q", "--exec", "/no/such/program"], says: ["/no/such/program"]),
        Case(arguments: ["work", "-q", "q", "--exec", "/etc/passwd"], says: ["not executable"]),
        Case(arguments: ["queue", "info", "no.such.queue"], status: 1, says: ["no.such.queue"]),
        Case(arguments: ["queue", "delete", "no.such.queue"], status: 1, says: ["no.such.queue"]),
        Case(
            arguments: ["queue", "list", "--management", "http://127.0.0.1:1"],
            says: ["127.0.0.1:1", "refused", "rabbitmq-plugins enable"]),
        Case(arguments: ["queue", "list", "--management", "nonsense"], says: ["http://host:port"]),
        Case(arguments: ["broker", "up", "--nodes", "0"], says: ["--nodes"]),
        Case(arguments: ["nonsense"], says: ["nonsense"]),
    ])
    func isExplained(_ bad: Case) async throws {
        let result = try await WarrenProcess.runList(bad.arguments, url: bad.url)
        #expect(result.status == .exited(bad.status), "\(result.error)")
        for part in bad.says { #expect(result.error.contains(part), "\(part) in: \(result.error)") }
        #expect(!result.error.contains("S3cr3t"))
    }

    @Test func aWrongPasswordIsNotShown() async throws {
        let url = try await TestBroker.url().replacing("guest:\(TestBroker.encodedPassword)@", with: "guest:S3cr3t%21@")
        let result = try await WarrenProcess.run("publish", "-q", "q", "-v", "-v", "x", url: url)
        #expect(result.status == .exited(2) && result.error.contains("refused user \"guest\""))
        #expect(!result.error.contains("S3cr3t") && !result.output.contains("S3cr3t"))
    }

    @Test func aMissingVirtualHostIsNamed() async throws {
        let result = try await WarrenProcess.run(
            "publish", "-q", "q", "x", url: try await TestBroker.url() + "/nowhere")
        #expect(result.status == .exited(2) && result.error.contains("\"nowhere\""))
    }

    @Test func anHTTPServerIsRecognised() async throws {
        try await withServer(saying: "HTTP/1.1 400 Bad Request\r\n\r\n") { port in
            let result = try await WarrenProcess.run("publish", "-q", "q", "x", url: "amqp://127.0.0.1:\(port)")
            #expect(result.status == .exited(2) && result.error.contains("an HTTP server"), "\(result.error)")
        }
    }

    @Test func aServerThatSaysNothingIsNotWaitedForForEver() async throws {
        try await withServer(saying: "") { port in
            let result = try await WarrenProcess.run(
                "publish", "-q", "q", "--connect-timeout", "0.3", "x", "--url", "amqp://127.0.0.1:\(port)")
            #expect(result.status == .exited(1) || result.status == .exited(2))
            #expect(result.error.contains("no AMQP handshake"), "\(result.error)")
        }
    }

    @Test func helpTeaches() async throws {
        let result = try await WarrenProcess.run("work", "--help")
        #expect(result.status == .exited(0) && result.output.contains("75 try again later"))
    }

    /// A TCP server that answers every connection's first bytes with the same text.
    private func withServer(saying text: String, _ body: (Int) async throws -> Void) async throws {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Answerer(text: text))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            try await body(try #require(server.localAddress?.port))
            try await server.close()
        } catch {
            try? await server.close()
            throw error
        }
    }

    private final class Answerer: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let text: String

        init(text: String) { self.text = text }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard !text.isEmpty else { return }
            context.writeAndFlush(NIOAny(ByteBuffer(string: text)), promise: nil)
        }
    }
}
