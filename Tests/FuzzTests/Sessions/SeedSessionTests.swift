import Testing

/// A client that did not follow a seed to its end would make ``SessionTarget`` look at nothing.
@Suite struct SeedSessionTests {
    @Test func usual() async throws {
        let counts = try await play(SeedSessions.usual())
        #expect(counts["delivery"] == 2 && counts["settle"] == 2 && counts["got"] == 1 && counts["log"] == 1)
        #expect(counts["confirmed"] == 4 && counts["returned"] == 1 && counts["nacked"] == 1)
        #expect(counts["consumer"] == 1 && counts["consumer: consumerCancelled"] == 1)
        #expect(counts["event secretUpdated"] == 1 && counts["event blocked"] == 1 && counts["event unblocked"] == 1)
        #expect(counts["drain"] == 1 && counts["rest"] == 1 && counts["close"] == 1)
    }

    @Test func closedByServer() async throws {
        let counts = try await play(SeedSessions.closedByServer())
        #expect(counts["delivery"] == 1 && counts["consumer: consumerCancelled"] == 1)
        #expect(counts["confirmed"] == 1 && counts["unknown"] == 5 && counts["drain: channelClosed"] == 1)
        #expect(counts["get"] == 1 && counts["get: channelClosed"] == 1)
    }

    @Test func recovering() async throws {
        let counts = try await play(SeedSessions.recovering())
        #expect(counts["delivery"] == 4 && counts["settle"] == 4 && counts["consumer"] == 1)
        #expect(counts["interruption"] == 3 && counts["event channelRestored"] == 2)
        #expect(counts["event lost"] == 1 && counts["event reconnecting"] == 1)
        #expect(counts["event attemptFailed"] == nil, "nobody has dialled")
        #expect(counts["confirmed"] == 6 && counts["drain"] == 1)
    }

    private func play(_ input: Input) async throws -> [String: Int] {
        let counts = try await FuzzSession.play(input, .patient).counts
        #expect(counts["event ended"] == 1)
        return counts
    }
}
