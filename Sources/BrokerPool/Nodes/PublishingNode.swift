internal import AMQPClient
internal import LoadBalancing
internal import Logging
internal import NIOConcurrencyHelpers

/// One node, and the connection by which is published there: opened in the background, and again whenever it ends. What
/// happens to it is told to the board.
final class PublishingNode: Sendable {
    struct Link: Sendable {
        let connection: AMQPConnection
        let publisher: Publisher
    }

    private struct State {
        var link: Link?
        var lastError: AMQPError?
        var running: Task<Void, Never>?
        var isClosed = false
    }

    let id: NodeID
    let address: BrokerAddress
    private let options: AMQPConnection.Options
    private let window: Int
    private let prepare: PoolPublisher.Preparation
    private let board: NodeBoard
    private let logger: Logger
    private let state = NIOLockedValueBox(State())
    /// The first attempt has succeeded or failed.
    let isTried = Waiter<Void>()

    init(
        id: NodeID,
        address: BrokerAddress,
        options: AMQPConnection.Options,
        window: Int,
        prepare: @escaping PoolPublisher.Preparation,
        board: NodeBoard,
        logger: Logger
    ) {
        self.id = id
        self.address = address
        self.options = options
        self.window = window
        self.prepare = prepare
        self.board = board
        self.logger = logger
    }

    var publisher: Publisher? { state.withLockedValue { $0.link?.publisher } }

    /// Why it is not connected, if it is not.
    var lastError: AMQPError? { state.withLockedValue { $0.link == nil ? $0.lastError : nil } }

    func start() {
        let running = Task { await run() }
        state.withLockedValue { $0.running = running }
    }

    /// Ends the connection at once, as when it is lost: another one follows.
    func drop() {
        guard let link = state.withLockedValue({ $0.link }) else { return }
        Task { await link.connection.close(timeout: .zero) }
    }

    /// Ends what is open there as unknown, so that it can go elsewhere, and keeps the connection, on which the node will say
    /// that it takes messages again.
    func giveUpUnanswered() {
        guard let publisher else { return }
        publisher.giveUpUnanswered(because: .blocked(publisher.connection.blockedReason ?? "an alarm"))
    }

    /// What is open is confirmed first.
    func close() async {
        let (running, link) = state.withLockedValue { state in
            state.isClosed = true
            return (state.running, state.link)
        }
        running?.cancel()
        await link?.connection.close()
        await running?.value
    }

    // MARK: In the background

    private func run() async {
        var failures = 0
        while !Task.isCancelled {
            do throws(AMQPError) {
                let link = try await open()
                let isClosed = state.withLockedValue { state in
                    state.link = link
                    return state.isClosed
                }
                if isClosed { return await link.connection.close() }
                failures = 0
                board.connected(id)
                isTried.resolve(.success(()))
                let end = await link.connection.waitUntilClosed()
                state.withLockedValue { state in
                    state.link = nil
                    state.lastError = end
                }
                board.lost(id, isMaintenance: false)
            } catch {
                failures += 1
                state.withLockedValue { $0.lastError = error }
                logger.debug("node not reached", metadata: ["broker": "\(address)", "error": "\(error)"])
                isTried.resolve(.success(()))
            }
            if Task.isCancelled { return }
            try? await Task.sleep(for: ReconnectPause.after(failures: failures))
        }
    }

    private func open() async throws(AMQPError) -> Link {
        var options = options
        let onEvent = options.onEvent
        options.onEvent = { [board, id] event in
            switch event {
            case .lost(let error): board.lost(id, isMaintenance: error.isMaintenance)
            case .recovered: board.connected(id)
            case .blocked: board.blocked(id)
            case .unblocked: board.unblocked(id)
            default: break
            }
            onEvent(event)
        }
        let connection = try await AMQPConnection.connect(to: address, options: options, logger: logger)
        do throws(AMQPError) {
            try await prepare(connection)
            return Link(
                connection: connection,
                publisher: try await connection.makePublisher(window: window, waitsForBroker: false))
        } catch {
            await connection.close()
            throw error
        }
    }
}
