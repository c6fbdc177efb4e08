internal import NIOConcurrencyHelpers

/// One broker, or a cluster: one source, and all credit is its own.
final class OneBroker: TaskSources {
    private let connect: @Sendable () async throws(AMQPError) -> AMQPConnection
    private let credit: Int
    private let setup: TaskSource.Setup
    private let stop: StopSignal
    private let onReady: @Sendable (QueueInfo) -> Void
    private let source = NIOLockedValueBox<TaskSource?>(nil)

    init(
        credit: Int,
        setup: TaskSource.Setup,
        stop: StopSignal,
        onReady: @escaping @Sendable (QueueInfo) -> Void,
        connect: @escaping @Sendable () async throws(AMQPError) -> AMQPConnection
    ) {
        self.connect = connect
        self.credit = credit
        self.setup = setup
        self.stop = stop
        self.onReady = onReady
    }

    func open() async throws(AMQPError) {
        let source = try await TaskSource.open(try await connected(), credit: credit, setup)
        self.source.withLockedValue { $0 = source }
        onReady(source.info)
        source.start()
    }

    /// A pool that is told to stop does not wait for a broker that does not answer.
    private func connected() async throws(AMQPError) -> AMQPConnection {
        let connecting = Task { [connect] in
            do throws(AMQPError) {
                return Result<AMQPConnection, AMQPError>.success(try await connect())
            } catch {
                return .failure(error)
            }
        }
        Task { [stop] in
            _ = await stop.limited()
            connecting.cancel()
        }
        return try await connecting.value.get()
    }

    var all: [TaskSource] { source.withLockedValue { [$0].compactMap(\.self) } }
    var present: [TaskSource]? { all }
    func hasNothing(seen: Int) -> Bool { all.allSatisfy { $0.deliveryCount == seen } }
    /// After a lost connection it asks again.
    func isFatal(_ error: AMQPError) -> Bool { error.code != .connectionLost }
    func stopOpening() async {}
}
