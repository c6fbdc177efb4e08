internal import AMQPClient

/// What happens in the demo, as its workers report it.
actor DemoStage {
    private let console: Console
    private let total: Int
    private var start: ContinuousClock.Instant?
    private var end: ContinuousClock.Instant?
    private var ready = 0
    private var tasksDone: [String: Int] = [:]
    private var doneByWorker: [Int: Int] = [:]
    private var redelivered = 0
    private var victim: Int?
    private var killed: Int?
    private var dismissals: [Int: @Sendable () -> Void] = [:]
    private let everybodyReady = Signal()
    private let everythingDone = Signal()

    init(console: Console, total: Int) {
        self.console = console
        self.total = total
    }

    func isReady(_ worker: Int, dismiss: @escaping @Sendable () -> Void) {
        dismissals[worker] = dismiss
        ready += 1
        if ready == DemoCommand.workers { everybodyReady.send() }
    }

    /// - Returns: Whether the worker is to be killed now.
    func received(_ worker: Int, _ body: String, again: Bool) -> Bool {
        if start == nil { start = .now }
        if again { redelivered += 1 }
        say("worker \(worker)  takes \(body)" + (again ? "   ← again: redelivered" : ""))
        // In the middle of things, and in the middle of a long task.
        guard victim == nil, tasksDone.count >= 4, body.hasSuffix("......"), !again else { return false }
        victim = worker
        return true
    }

    func done(_ worker: Int, _ body: String) {
        tasksDone[body, default: 0] += 1
        doneByWorker[worker, default: 0] += 1
        say("worker \(worker)  has done \(body)")
        if tasksDone.count == total {
            end = .now
            everythingDone.send()
        }
    }

    func wasKilled(_ worker: Int, during body: String) {
        killed = worker
        dismissals[worker] = nil
        say("worker \(worker)  IS KILLED (SIGKILL) in the middle of \(body)")
    }

    /// A worker ended that nobody asked to: the demo cannot go on.
    func failed(_ worker: Int, _ why: String) {
        let error = CommandFailure.failed("worker \(worker) ended: \(why)")
        everybodyReady.send(error)
        everythingDone.send(error)
    }

    nonisolated func allReady() async throws { try await everybodyReady.wait() }
    nonisolated func allDone() async throws { try await everythingDone.wait() }

    func dismiss() {
        for dismiss in dismissals.values { dismiss() }
    }

    func story(ideal: Double, roundRobin: Double) -> DemoStory {
        DemoStory(
            tasks: total, done: tasksDone.count, doneMoreThanOnce: tasksDone.values.count { $0 > 1 },
            redelivered: redelivered, killedWorker: killed,
            doneByWorker: (1...DemoCommand.workers).map { doneByWorker[$0] ?? 0 },
            seconds: start.flatMap { start in end.map { start.duration(to: $0).seconds } } ?? 0,
            sharedQueueSeconds: ideal, roundRobinSeconds: roundRobin)
    }

    private struct Line: Encodable {
        var seconds: Double
        var event: String
    }

    private func say(_ text: String) {
        let seconds = start.map { ($0.duration(to: .now).seconds * 10).rounded() / 10 } ?? 0
        let time = "\(seconds)"
        console.result(
            Line(seconds: seconds, event: text),
            text: String(repeating: " ", count: max(0, 5 - time.count)) + "\(time) s  \(text)")
    }
}

/// Something that happens once, or fails.
final class Signal: Sendable {
    private let stream: AsyncThrowingStream<Void, any Error>
    private let continuation: AsyncThrowingStream<Void, any Error>.Continuation

    init() {
        (stream, continuation) = AsyncThrowingStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func send(_ error: (any Error)? = nil) {
        if error == nil { continuation.yield() }
        continuation.finish(throwing: error)
    }

    func wait() async throws {
        for try await _ in stream { return }
        try Task.checkCancellation()
    }
}
