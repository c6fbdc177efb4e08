internal import LoadBalancing

/// What happens at a node.
extension Engine {
    /// The attempt gets to its node.
    mutating func reach(_ attempt: Int32) {
        let node = Int(attempts[attempt].node)
        if nodes[node].isDown {
            attempts[attempt].stage = .refused
            answer(attempt)
        } else if nodes[node].hasFreeSlot {
            nodes[node].running &+= 1
            heap.push(start(attempt, on: node))
        } else {
            attempts[attempt].stage = .queued
            nodes[node].line.append(attempt, in: &attempts)
        }
    }

    mutating func serviceEnded(_ attempt: Int32) {
        guard attempts[attempt].stage == .running else {
            heap.removeFirst()
            return attempts.remove(attempt)
        }
        let node = Int(attempts[attempt].node)
        nodes[node].finished &+= 1
        nodes[node].busyTime += now - attempts[attempt].since
        if let next = nodes[node].line.removeFirst(in: &attempts) {
            heap.replaceFirst(with: start(next, on: node))
        } else {
            nodes[node].running &-= 1
            heap.removeFirst()
        }
        tally.lastEnd = now
        if attempts[attempt].isRepeated { tally.duplicated &+= 1 }
        attempts[attempt].stage = .answering
        answer(attempt)
        if !waiting.isEmpty { sendWaiting() }
    }

    private mutating func start(_ attempt: Int32, on node: Int) -> Event {
        let duration = attempts[attempt].work * nodes[node].timePerWork
        attempts[attempt].stage = .running
        attempts[attempt].since = now
        measurements.serviceBegan(
            after: now - attempts[attempt].sentAt - settings.networkDelay, arrivedAt: attempts[attempt].arrivedAt)
        let end = nodes[node].hasPauses ? pauses[node].end(from: now, after: duration) : now + duration
        return Event(end, attempt)
    }
}
