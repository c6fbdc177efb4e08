/// The outcome of a publish that is still to come.
///
/// It is safe to drop one: the publisher's ``Publisher/tally`` counts every outcome all the same.
///
/// `@unchecked Sendable`: `state` is read and written under the lock of `outbox` only, in ``Outbox``'s functions and the
/// ledger that they call. A lock of its own would be one more allocation and one more locking per message.
public final class DeferredConfirmation: @unchecked Sendable {
    typealias Continuation = CheckedContinuation<PublishOutcome, Never>

    enum State {
        case open
        case awaited([(id: UInt64, continuation: Continuation)])
        case settled(PublishOutcome)
    }

    var state = State.open
    var nextWait: UInt64 = 0
    private let outbox: Outbox
    let onOutcome: (@Sendable (PublishOutcome) -> Void)?

    init(outbox: Outbox, onOutcome: (@Sendable (PublishOutcome) -> Void)? = nil) {
        self.outbox = outbox
        self.onOutcome = onOutcome
    }

    /// Waits for the broker's answer; at most for the connection's publish timeout, after which it is
    /// ``PublishOutcome/unknown(_:)``, as when the waiting task is cancelled.
    public var outcome: PublishOutcome {
        get async {
            let wait = outbox.nextWait(self)
            return await withTaskCancellationHandler {
                await withCheckedContinuation { outbox.await(self, wait, $0) }
            } onCancel: {
                outbox.stopAwaiting(self, wait)
            }
        }
    }
}
