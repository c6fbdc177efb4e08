internal import LoadBalancing

/// What happens at a node.
extension Engine {
    /// The attempt gets to its node.
    mutating func reach(_ attempt: Int32, on node: Int) {
        switch nodes[node].take(attempt, in: &attempts) {
        case .begins: services.push(start(attempt, on: node))
        case .waits: break
        case .isRefused:
            attempts[attempt].stage = .refused
            answer(attempt)
        }
    }

    mutating func serviceEnded(_ attempt: Int32) {
        let ended = attempts[attempt]
        guard ended.stage == .running else {
            services.removeFirst()
            return attempts.remove(attempt)
        }
        let node = Int(ended.node)
        if let next = nodes[node].finish(after: now - ended.since, in: &attempts) {
            services.replaceFirst(with: start(next, on: node))
        } else {
            services.removeFirst()
        }
        tally.lastEnd = now
        if ended.isRepeated { tally.duplicated &+= 1 }
        attempts[attempt].stage = .answering
        answer(attempt)
        if !waiting.isEmpty { sendWaiting() }
    }

    @inline(__always)
    private mutating func start(_ attempt: Int32, on node: Int) -> Event {
        let now = now
        attempts.update(attempt) { attempt in
            attempt.stage = .running
            attempt.since = now
        }
        let begun = attempts[attempt]
        let (timePerWork, hasPauses) = (nodes[node].timePerWork, nodes[node].hasPauses)
        let duration = begun.work * timePerWork
        measurements.serviceBegan(after: now - begun.sentAt - settings.networkDelay, arrivedAt: begun.arrivedAt)
        let end = hasPauses ? pauses[node].end(from: now, after: duration) : now + duration
        return Event(end, attempt)
    }
}
