import AMQPTestSupport
import NIOConcurrencyHelpers

@testable import AMQPClient

/// A peer with a script for each connection; the last one goes for all that follow.
///
/// When a script ends, its connection is lost. When the client says something that a script does not expect, `body` is
/// cancelled and that is the error.
func withPeer<Result: Sendable>(
    lives scripts: [ScriptedPeer.Script],
    _ body: @escaping @Sendable (ScriptedPeer) async throws -> Result
) async throws -> Result {
    let lives = NIOLockedValueBox(0)
    let (violations, violated) = AsyncStream.makeStream(of: (any Error).self)
    return try await ScriptedPeer.run { session in
        let life = lives.withLockedValue { life in
            defer { life += 1 }
            return min(life, scripts.count - 1)
        }
        do {
            try await scripts[life](session)
        } catch {
            if error is ScriptViolation || error is AMQPError { violated.yield(error) }
            throw error
        }
    } _: { peer in
        try await withThrowingTaskGroup(of: Result.self) { group in
            group.addTask { try await body(peer) }
            group.addTask {
                for await violation in violations { throw violation }
                throw CancellationError()
            }
            defer { group.cancelAll() }
            guard let result = try await group.next() else { throw CancellationError() }
            return result
        }
    }
}

/// A connection to such a peer, closed at the end.
func withConnection<Result: Sendable>(
    _ change: (inout AMQPConnection.Options) -> Void = { _ in },
    lives scripts: [ScriptedPeer.Script],
    _ body: @escaping @Sendable (AMQPConnection, EventLog) async throws -> Result
) async throws -> Result {
    let log = EventLog()
    var options = scriptedOptions
    options.onEvent = { log.record($0) }
    change(&options)
    let final = options
    return try await withPeer(lives: scripts) { peer in
        let connection = try await AMQPConnection.connect(to: peer.url, options: final, logger: TestLog.logger)
        do {
            let result = try await body(connection, log)
            await connection.close()
            return result
        } catch {
            // Without a word, which the script would not expect: what failed here is what is to be reported.
            await connection.end(because: .closedByUs)
            throw error
        }
    }
}

/// A script that forgets something is to hang, and not to be helped by a heartbeat that is missing; and nobody waits for
/// a peer that is there.
var scriptedOptions: AMQPConnection.Options {
    var options = TestBroker.options
    options.heartbeat = 0
    options.recovery.backoff.first = .milliseconds(1)
    options.recovery.backoff.freshCap = .milliseconds(1)
    return options
}

extension EventLog {
    func channelRestored() async throws {
        try await next { if case .channelRestored = $0 { true } else { nil } }
    }
}
