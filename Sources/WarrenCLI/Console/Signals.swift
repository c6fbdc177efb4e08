internal import UnixSignals

/// SIGINT (Ctrl-C) and SIGTERM, counted.
enum Signals {
    /// Runs `body`, and `onSignal` with 1, 2, … for each signal meanwhile.
    static func handling<Result: Sendable>(
        _ onSignal: @escaping @Sendable (Int) -> Void,
        during body: () async throws -> Result
    ) async throws -> Result {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        let watch = Task {
            var count = 0
            for await _ in signals {
                count += 1
                onSignal(count)
            }
        }
        defer { watch.cancel() }
        return try await body()
    }
}
