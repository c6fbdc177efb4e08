internal import LoadBalancing

/// From the arrival of a task until it gets to its node.
extension Engine {
    mutating func taskArrived(_ task: TracedTask) {
        let work = task.work ?? service.draw(using: &serviceGenerator)
        nextTask = arrivals.next(using: &arrivalGenerator)
        measurements.taskArrived(at: now, nodes: nodes)
        tally.arrived &+= 1
        tally.open &+= 1
        let attempt = attempts.insert(Attempt(arrivedAt: now, work: work))
        if waiting.isEmpty, let node = pick() {
            send(attempt, to: node)
            if !waiting.isEmpty { sendWaiting() }
        } else {
            waiting.append(attempt, in: &attempts)
            scheduleRetry()
        }
    }

    mutating func pick() -> NodeID? {
        guard let node = dispatcher.pick(key: nil, at: instant, using: &strategyGenerator),
            nodes.indices.contains(node.index)
        else { return nil }
        return node
    }

    mutating func send(_ attempt: Int32, to node: NodeID) {
        dispatcher.started(on: node, at: instant)
        attempts.update(attempt) { attempt in
            attempt.node = Int32(truncatingIfNeeded: node.index)
            attempt.sentAt = now
        }
        if let timeout = settings.timeout {
            if deadlines.isEmpty { signals.set(.deadline, at: now + timeout) }
            deadlines.append(Deadline(attempt: attempt, generation: attempts[attempt].generation, time: now + timeout))
        }
        guard settings.networkDelay > 0 else { return reach(attempt, on: node.index) }
        attempts[attempt].stage = .onTheWay
        if outbound.isEmpty { signals.set(.delivery, at: now + settings.networkDelay) }
        outbound.append(attempt, in: &attempts)
    }

    mutating func delivered() {
        let attempt = outbound.removeFirst(in: &attempts)
        signals.set(.delivery, at: outbound.isEmpty ? nil : attempts[outbound.first].sentAt + settings.networkDelay)
        guard let attempt else { return }
        if attempts[attempt].stage == .dropped {
            attempts.remove(attempt)
        } else {
            reach(attempt, on: Int(attempts[attempt].node))
        }
    }
}
