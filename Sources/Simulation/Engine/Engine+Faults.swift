internal import LoadBalancing

/// What goes wrong.
extension Engine {
    mutating func faultChanged() {
        let node = faults.removeNext()
        signals.set(.fault, at: faults.nextTime)
        guard let node else { return }
        change(node)
        sendWaiting()
    }

    private mutating func change(_ node: Int) {
        let old = conditions[node]
        let new = faults.condition(of: node, at: now)
        conditions[node] = new
        nodes[node].isDown = new.isDown
        nodes[node].timePerWork = new.slowness / settings.speeds[node]
        dispatcher.nodeChanged(NodeID(node), from: old, to: new, at: instant)
        if new.isDown, !old.isDown { loseEverything(on: node) }
    }

    /// The node is gone. The client's connection breaks at the same moment.
    private mutating func loseEverything(on node: Int) {
        var again: [Attempt] = []
        for id in attempts.indices where attempts[id].node == node {
            let attempt = attempts[id]
            switch attempt.stage {
            case .free, .unsent, .refused, .dropped: continue
            case .running: nodes[node].busyTime += now - attempt.since
            case .onTheWay, .queued, .answering: break
            }
            attempts[id].stage = .dropped
            guard attempt.isAwaited else { continue }
            tellFailure(of: id)
            if attempt.retries < settings.retries {
                again.append(attempt.repeated)
            } else {
                giveUp(id)
            }
        }
        nodes[node].running = 0
        while let queued = nodes[node].line.removeFirst(in: &attempts) { attempts.remove(queued) }
        for attempt in again.sorted(by: { $0.arrivedAt > $1.arrivedAt }) { holdFirst(attempts.insert(attempt)) }
    }

    mutating func deadlinePassed() {
        while let deadline = deadlines.first, deadline.time <= now || isVoid(deadline) {
            deadlines.removeFirst()
            if !isVoid(deadline) { losePatience(with: deadline.attempt) }
        }
        signals.set(.deadline, at: deadlines.first?.time)
        if !waiting.isEmpty { sendWaiting() }
    }

    private func isVoid(_ deadline: Deadline) -> Bool {
        attempts[deadline.attempt].generation != deadline.generation
            || attempts[deadline.attempt].stage == .dropped
    }

    /// The client no longer waits for that answer. The node does not know, and goes on.
    private mutating func losePatience(with id: Int32) {
        let attempt = attempts[id]
        tellFailure(of: id)
        attempts[id].isAwaited = false
        guard attempt.retries < settings.retries else { return giveUp(id) }
        attempts[id].isRepeated = true
        holdFirst(attempts.insert(attempt.repeated))
    }
}

extension Attempt {
    /// A new try at the same task.
    fileprivate var repeated: Attempt {
        var next = Attempt(arrivedAt: arrivedAt, work: work)
        next.retries = retries &+ 1
        next.isRepeated = isRepeated || stage == .answering
        return next
    }
}
