import AMQPCodec
import Testing

@testable import AMQPClient

/// What was worth keeping, through the targets again, as in a run of ``FuzzTests``.
@Suite struct CorpusTests {
    @Test func frames() async throws { try await Self.replay(FrameTarget.self) }
    @Test func methods() async throws { try await Self.replay(MethodTarget.self) }
    @Test func headers() async throws { try await Self.replay(HeaderTarget.self) }
    @Test func tables() async throws { try await Self.replay(TableTarget.self) }
    @Test func uris() async throws { try await Self.replay(URITarget.self) }
    @Test func handshakes() async throws { try await Self.replay(HandshakeTarget.self) }
    @Test func sessions() async throws { try await Self.replay(SessionTarget.self) }

    private static func replay<Target: FuzzTarget>(_: Target.Type) async throws {
        let lines = try Corpus.lines(Target.name)
        let target = try Target(corpus: lines.map(\.input))
        // The seeds of sessions are code; a session is kept here only if it once went wrong.
        #expect(!lines.isEmpty || Target.self == SessionTarget.self)
        for line in lines {
            await #expect(throws: Never.self, "\(Target.name): \(line.comment)") { try await target.run(line.input) }
        }
    }

    @Test func whatIsWrittenIsRead() {
        let input: Input = [[0, 1, 0xFF], [], [0x10]]
        #expect(Corpus.write(input) == "0001ff - 10" && Corpus.parse("0001ff - 10") == input)
        #expect(Corpus.parse(#""a\u0301\n""#) == [Array("a\u{301}\n".utf8)])
        #expect(Corpus.parse("0x") == nil && Corpus.parse("abc") == nil)
    }
}
