internal import Subprocess

/// What the supervisor says, line by line.
actor SupervisorEvents {
    private var lines: SubprocessOutputSequence.StringSequence<UTF8>.AsyncIterator

    init(_ lines: sending SubprocessOutputSequence.StringSequence<UTF8>) {
        self.lines = lines.makeAsyncIterator()
    }

    /// Reads up to the line `wanted`.
    ///
    /// - Throws: ``LocalBrokerError`` if the supervisor reports a failure or ends first.
    func expect(_ wanted: String) async throws {
        while let line = try await next() {
            if line == wanted { return }
            if line.hasPrefix("failed: ") || line.hasPrefix("exited: ") {
                throw LocalBrokerError("the local broker \(line)")
            }
        }
        try Task.checkCancellation()
        throw LocalBrokerError("the local broker ended unexpectedly")
    }

    func skipToEnd() async {
        while (try? await next()) != nil {}
    }

    private func next() async throws -> String? {
        var lines = lines
        defer { self.lines = lines }
        return try await lines.next()
    }
}
