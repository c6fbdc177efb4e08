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
        attempts[attempt].node = Int32(node.index)
        attempts[attempt].sentAt = now
        if let timeout = settings.timeout {
            if deadlines.isEmpty { heap.push(Event(now + timeout, .deadline)) }
            deadlines.append(Deadline(attempt: attempt, generation: attempts[attempt].generation, time: now + timeout))
        }
        guard settings.networkDelay > 0 else { return reach(attempt) }
        attempts[attempt].stage = .onTheWay
        if outbound.isEmpty { heap.push(Event(now + settings.networkDelay, .delivery)) }
        outbound.append(attempt, in: &attempts)
    }

    mutating func delivered() {
        guard let attempt = outbound.removeFirst(in: &attempts) else { return heap.removeFirst() }
        if outbound.isEmpty {
            heap.removeFirst()
        } else {
            heap.replaceFirst(with: Event(attempts[outbound.first].sentAt + settings.networkDelay, .delivery))
        }
        if attempts[attempt].stage == .dropped {
            attempts.remove(attempt)
        } else {
            reach(attempt)
        }
    }
}
