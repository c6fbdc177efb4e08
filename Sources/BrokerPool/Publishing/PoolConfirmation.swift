public import AMQPClient

/// The outcome of a publish to a pool that is still to come. It is safe to drop one.
public struct PoolConfirmation: Sendable {
    private let publish: PooledPublish

    init(outcomeOf publish: PooledPublish) {
        self.publish = publish
    }

    /// Waits for it; ``PublishOutcome/unknown(_:)`` if the waiting task is cancelled.
    public var outcome: PublishOutcome {
        get async {
            switch await publish.outcome.sharedResult() {
            case .success(let outcome): outcome
            case .failure(let error): .unknown(error)
            }
        }
    }
}
