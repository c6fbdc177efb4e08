/// The outcome of a publish that is still to come.
///
/// It is safe to drop one: the publisher's ``Publisher/tally`` counts every outcome all the same.
public struct DeferredConfirmation: Sendable {
    let waiter = Waiter<PublishOutcome>()

    /// Waits for the broker's answer; at most for the publisher's confirm timeout, after which it is
    /// ``PublishOutcome/unknown(_:)``, as when the waiting task is cancelled.
    public var outcome: PublishOutcome {
        get async {
            switch await waiter.result() {
            case .success(let outcome): outcome
            case .failure(let error): .unknown(error)
            }
        }
    }
}
