import Testing

/// Random input to everything that reads what others write: it may be refused; it must not trap, hang, leak or read
/// outside. `Scripts/fuzz` runs it for long, see ``FuzzRun``.
///
/// One after the other, so that memory is that of one target.
@Suite(.serialized) struct FuzzTests {
    @Test func frames() async throws { try await FuzzRun.run(FrameTarget.self) }
    @Test func methods() async throws { try await FuzzRun.run(MethodTarget.self) }
    @Test func headers() async throws { try await FuzzRun.run(HeaderTarget.self) }
    @Test func tables() async throws { try await FuzzRun.run(TableTarget.self) }
    @Test func uris() async throws { try await FuzzRun.run(URITarget.self) }
    @Test func handshakes() async throws { try await FuzzRun.run(HandshakeTarget.self) }
    @Test func sessions() async throws { try await FuzzRun.run(SessionTarget.self) }
}
