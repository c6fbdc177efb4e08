/// Lets a test and its handlers wait for each other. Waiting ends when the task is cancelled, as by a time limit.
final class Gate: Sendable {
    private let arrivals: (stream: AsyncStream<Void>, continuation: AsyncStream<Void>.Continuation)
    private let opening: (stream: AsyncStream<Void>, continuation: AsyncStream<Void>.Continuation)

    init() {
        arrivals = AsyncStream.makeStream()
        opening = AsyncStream.makeStream()
    }

    func arrive() {
        arrivals.continuation.yield()
    }

    /// Waits until so many have arrived; to be called once.
    func arrivals(_ count: Int) async throws {
        var left = count
        for await _ in arrivals.stream {
            left -= 1
            if left == 0 { return }
        }
        try Task.checkCancellation()
    }

    func open() {
        opening.continuation.finish()
    }

    /// Waits until it is open, even if the task is cancelled: for handlers that do not listen.
    func opened() async {
        let stream = opening.stream
        await Task { for await _ in stream {} }.value
    }
}
