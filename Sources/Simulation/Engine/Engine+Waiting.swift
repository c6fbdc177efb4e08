internal import LoadBalancing

/// Tasks that no node could be found for, or whose node did not take them.
extension Engine {
    /// Comes before those that wait already, as what RabbitMQ requeues does.
    mutating func holdFirst(_ attempt: Int32) {
        attempts[attempt].stage = .unsent
        waiting.prepend(attempt, in: &attempts)
    }

    mutating func sendWaiting() {
        while !waiting.isEmpty {
            guard attempts[waiting.first].refusals < Self.refusalsInARow else {
                attempts[waiting.first].refusals = 0
                break
            }
            guard let node = pick(), let attempt = waiting.removeFirst(in: &attempts) else { break }
            send(attempt, to: node)
        }
        if !waiting.isEmpty { scheduleRetry() }
    }

    /// Nodes that are gone refuse at once: after so many, a task waits a little.
    private static var refusalsInARow: UInt8 { 8 }

    /// A strategy may change its mind as time goes by, without an event.
    mutating func scheduleRetry() {
        guard !hasRetry else { return }
        hasRetry = true
        signals.set(.retry, at: now + settings.retryDelay * Double(1 << fruitlessRetries))
    }

    mutating func retry() {
        signals.set(.retry, at: nil)
        hasRetry = false
        // If nothing else can happen any more, it waits longer and longer, and finally no more.
        guard fruitlessRetries < 60 else { return }
        fruitlessRetries = !services.first.time.isFinite && !signals.time.isFinite ? fruitlessRetries + 1 : 0
        sendWaiting()
    }
}
