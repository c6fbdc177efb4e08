internal import LoadBalancing

/// From the end of the service, or a refusal, until the client knows.
extension Engine {
    mutating func answer(_ attempt: Int32) {
        guard settings.networkDelay > 0 else { return learn(attempt) }
        attempts[attempt].since = now
        if inbound.isEmpty { signals.set(.answer, at: now + settings.networkDelay) }
        inbound.append(attempt, in: &attempts)
    }

    mutating func answered() {
        let attempt = inbound.removeFirst(in: &attempts)
        signals.set(.answer, at: inbound.isEmpty ? nil : attempts[inbound.first].since + settings.networkDelay)
        guard let attempt else { return }
        learn(attempt)
        if !waiting.isEmpty { sendWaiting() }
    }

    /// The client has the answer, if it still waits for it.
    private mutating func learn(_ attempt: Int32) {
        let answered = attempts[attempt]
        guard answered.stage != .dropped, answered.isAwaited else { return attempts.remove(attempt) }
        guard answered.stage != .refused else { return refused(attempt) }
        dispatcher.finished(
            on: NodeID(Int(answered.node)), after: now - answered.sentAt, .succeeded, at: instant)
        measurements.taskSucceeded(after: now - answered.arrivedAt, arrivedAt: answered.arrivedAt)
        tally.succeeded &+= 1
        tally.open &-= 1
        attempts.remove(attempt)
    }

    private mutating func refused(_ attempt: Int32) {
        tellFailure(of: attempt)
        guard settings.retries > 0 else {
            giveUp(attempt)
            return attempts.remove(attempt)
        }
        attempts[attempt].refusals &+= 1
        // Its deadline was that of the connection that failed.
        attempts[attempt].generation &+= 1
        holdFirst(attempt)
    }

    mutating func tellFailure(of attempt: Int32) {
        dispatcher.finished(
            on: NodeID(Int(attempts[attempt].node)), after: now - attempts[attempt].sentAt, .failed, at: instant)
    }

    /// The client will not have an answer.
    mutating func giveUp(_ attempt: Int32) {
        measurements.taskFailed(arrivedAt: attempts[attempt].arrivedAt)
        tally.lost &+= 1
        tally.open &-= 1
    }
}
