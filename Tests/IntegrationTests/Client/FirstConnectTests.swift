import AMQPCodec
import AMQPTestSupport
import Testing

@testable import AMQPClient

/// A server that takes back its welcome in the same breath: whoever connects has not been given anything yet that could
/// be recovered.
@Suite(.timeLimit(.minutes(2))) struct FirstConnectTests {
    private static func welcomeAndClose(_ session: ScriptedSession) async throws {
        try await session.expectProtocolHeader()
        try await session.send(
            ConnectionStart(serverProperties: ["product": "RabbitMQ"], mechanisms: "PLAIN", locales: "en_US"), on: 0)
        try await session.next(ConnectionStartOk.self)
        try await session.send(ConnectionTune(channelMax: 2047, frameMax: 131_072, heartbeat: 0), on: 0)
        try await session.next(ConnectionTuneOk.self)
        try await session.next(ConnectionOpen.self)
        try await session.sendAtOnce(.method(ConnectionOpenOk(), on: 0), .connectionForced)
        try await session.waitForTheEnd()
    }

    @Test func aConnectionThatIsLostAtOnceIsNotGivenToAnybody() async throws {
        let log = EventLog()
        var options = scriptedOptions
        options.onEvent = { log.record($0) }
        let final = options
        try await withPeer(lives: [{ try await Self.welcomeAndClose($0) }]) { peer in
            let error = await #expect(throws: AMQPError.self) {
                try await AMQPConnection.connect(to: peer.url, options: final)
            }
            #expect(error?.reply?.code == 320)
            #expect(peer.connectionCount == 1, "nobody goes on with it behind the caller's back")
            #expect(log.all.allSatisfy { if case .ended = $0 { true } else { false } })
        }
    }

    @Test func theNextAddressIsTried() async throws {
        try await withPeer(lives: [{ try await Self.welcomeAndClose($0) }]) { lost in
            try await withPeer(lives: [
                { session in
                    try await session.shakeHands()
                    try await session.serve()
                }
            ]) { peer in
                let connection = try await AMQPConnection.connect(
                    to: "\(lost.url),\(peer.url)", options: scriptedOptions)
                #expect(await connection.address.port == peer.port)
                try await connection.openChannel().declareQueue("q")
                await connection.close()
                #expect((lost.connectionCount, peer.connectionCount) == (1, 1))
            }
        }
    }

    /// Without recovery the caller may get it, but not as one that is open.
    @Test func withoutRecoveryItDoesNotPretendToBeOpen() async throws {
        var options = scriptedOptions
        options.recovery = .disabled
        let final = options
        try await withPeer(lives: [{ try await Self.welcomeAndClose($0) }]) { peer in
            let error: AMQPError?
            do throws(AMQPError) {
                let connection = try await AMQPConnection.connect(to: peer.url, options: final)
                #expect(await !connection.isOpen)
                await #expect(throws: AMQPError.self) { try await connection.openChannel() }
                error = await connection.waitUntilClosed()
            } catch let refusal {
                error = refusal
            }
            #expect(error?.reply?.code == 320)
        }
    }
}
