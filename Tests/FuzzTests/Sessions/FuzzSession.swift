import Logging
import NIOCore

@testable import AMQPClient

/// One connection whose server says what an input says.
enum FuzzSession {
    /// How the server goes about it.
    enum Manner {
        /// It answers when it is asked.
        case patient
        /// It does not always wait until the client has done what it can.
        case hasty
    }

    /// - Returns: What the client saw of it.
    /// - Throws: ``Violation`` if it sent what it must not, or has not ended at the end.
    static func play(_ input: Input, _ manner: Manner) async throws -> Heard {
        let heard = Heard()
        let recovers = input.first?.isEmpty == true
        var options = AMQPConnection.Options()
        options.onEvent = { heard.hear($0) }
        options.recovery.isEnabled = recovers
        // The test opens the sockets: the connection's own attempts do not get further than to ask for credentials.
        if recovers { options.credentialsProvider = SilentProvider() }
        weak var leaked: AMQPConnection?
        do {
            let connection = AMQPConnection(
                // With two, the first attempt comes at once.
                addresses: [BrokerAddress(), BrokerAddress()], options: options,
                logger: Logger(label: "fuzz", factory: { _ in SwiftLogNoOpLogHandler() }))
            leaked = connection
            // On its event loop throughout, as the client is, so that both take turns.
            try await Task(executorPreference: connection.taskExecutor) {
                try await connection.play(recovers ? input.dropFirst() : input[...], manner, heard)
            }.value
        }
        // Jobs of the event loop may still hold it for a moment.
        for _ in 0..<10_000 where leaked != nil { try await Task.sleep(for: .milliseconds(1)) }
        guard leaked == nil else { throw Violation("the connection has leaked") }
        try heard.check()
        return heard
    }

    private struct SilentProvider: CredentialsProvider {
        func credentials() async throws -> ExpiringCredentials {
            for await _ in AsyncStream<Never>.makeStream().stream {}
            throw CancellationError()
        }
    }
}

extension AMQPConnection {
    fileprivate func play(_ parts: ArraySlice<[UInt8]>, _ manner: FuzzSession.Manner, _ heard: Heard) async throws {
        var generator = SeededGenerator(seed: UInt64(parts.joined().count), number: parts.count)
        var (socket, established) = beginHandshake()
        var sent = SentFrames()
        var client: Task<Void, Never>?
        var recoveries: [Task<Void, Never>] = []
        for part in parts {
            // Nobody listens any more, for good or for now.
            if case .closed = phase { break }
            guard part.isEmpty || attempt == socket else { continue }
            if part.isEmpty {
                socketClosed(nil, attempt: socket)
                if case .lost = phase {
                    if let recovery { recoveries.append(recovery) }
                    recovery = nil
                    (socket, established) = beginHandshake()
                    recoveries.append(Task { [established] in await restore(after: established) })
                    sent = SentFrames()
                }
            } else {
                if manner == .patient { try await waitUntilAsked(&sent, part) }
                received(ByteBuffer(bytes: part), attempt: socket)
                handOver()
            }
            if case .open = phase, client == nil {
                client = Task(executorPreference: taskExecutor) {
                    await FuzzClient(connection: self, heard: heard).run()
                }
            }
            if manner == .hasty, generator.isOne(in: 4) { await pass(generator.below(8)) } else { await pause() }
            try sent.check(outbox.takeBytes(), answering: part.count)
        }
        socketClosed(nil, attempt: socket)
        await pass(generator.below(20))
        endNow(because: .closedByUs)
        for recovery in recoveries { recovery.cancel() }
        // If anybody waited for ever, the watchdog would notice.
        await client?.value
        _ = await waitUntilClosed()
        guard case .closed = phase, channels.isEmpty, outbox.waitingBytes < SentFrames.slack else {
            throw Violation("it has not ended: \(phase)")
        }
    }

    /// As `establish` does, but the test is the socket.
    private func beginHandshake() -> (attempt: Int, established: Waiter<Negotiated>) {
        attempt += 1
        isEstablished = true
        reader = FrameReader(frameMax: Handshake.frameMaxBeforeTune)
        let established = Waiter<Negotiated>()
        phase = .handshake(Handshake(address: address, options: options), established)
        return (attempt, established)
    }

    /// As recovery does, which waits for credentials meanwhile.
    private func restore(after established: Waiter<Negotiated>) async {
        do throws(AMQPError) {
            _ = try await established.value()
            try await restoreTopology()
            for channel in channels {
                if let channel, channel.isSuspended { try await restoreChannel(channel.key, attempt: attempt) }
            }
        } catch {
            if case .handshake = phase { phase = .lost(error) }
        }
    }

    // MARK: Time

    private func waitUntilAsked(_ sent: inout SentFrames, _ part: [UInt8]) async throws {
        for _ in 0..<10_000 where !sent.awaits(part) {
            try await Task.sleep(for: .milliseconds(1))
            await pause()
            try sent.check(outbox.takeBytes(), answering: 0)
        }
        guard sent.awaits(part) else { throw Violation("it was not asked for what it answers") }
        sent.answer(part)
    }

    /// Lets the client go on as far as it can: each step of it is a turn of the event loop.
    private func pause() async {
        await pass(20)
        // Tasks of the connection's own come by way of other threads.
        guard hasTasks else { return }
        for _ in 0..<3 {
            await Task.detached {}.value
            await pass(3)
        }
    }

    private var hasTasks: Bool {
        if case .closing = phase { return true }
        return channels.contains { $0?.isSuspended == true || $0?.isClosing == true || $0?.role == .recovery }
    }

    private func pass(_ turns: Int) async {
        guard turns > 0 else { return }
        let loop = Turns.of(eventLoop)
        await withCheckedContinuation { loop.wait(turns, $0) }
    }
}
