import LocalBroker

extension LocalBroker {
    /// Starts a broker with the tests' configuration, for all that follow: it is stopped with the process, because its
    /// standard input closes then.
    static func shared(nodes: Int = 1, management: Bool = false) async throws -> RunningBroker {
        try await withCheckedThrowingContinuation { (started: CheckedContinuation<RunningBroker, any Error>) in
            Task.detached {
                do {
                    try await LocalBroker.run(
                        nodes: nodes, configuration: TestBroker.configuration, management: management
                    ) { broker in
                        started.resume(returning: broker)
                        try await Task.sleep(for: .seconds(86_400))
                    }
                } catch is CancellationError {
                } catch {
                    started.resume(throwing: error)
                }
            }
        }
    }
}
