/// What can happen to a node. Each returns whether its ``NodeHealth/state`` or ``NodeHealth/isReachable`` is another.
extension NodeHealth {
    /// Time has passed.
    public mutating func advance(to now: Instant) -> Bool {
        switch state {
        case .ejected(let until) where isConnected && now >= until: become(.awaitingProbe)
        case .recovering(let since) where now - since >= (policy?.slowStart.window ?? 0): become(.available)
        default: false
        }
    }

    public mutating func started() -> Bool {
        state == .awaitingProbe ? become(.probing) : false
    }

    public mutating func finished(_ outcome: Outcome, at now: Instant) -> Bool {
        switch state {
        case .available, .recovering: count(outcome, at: now)
        case .probing: judgeProbe(outcome, at: now)
        case .ejected, .awaitingProbe: false
        }
    }

    /// A node that had work is gone, with what was out. That is enough to take it out.
    public mutating func connectionLost(at now: Instant) -> Bool {
        guard isConnected else { return false }
        isConnected = false
        if case .ejected = state { return true }
        if !isDraining { eject(at: now) }
        return true
    }

    /// The connection is there, for the first time or again.
    ///
    /// That passes for the health check that ends an ejection early; one piece of work still has to succeed.
    public mutating func connected(at now: Instant) -> Bool {
        guard !isConnected else { return false }
        isConnected = true
        switch state {
        case .ejected, .probing: state = .awaitingProbe
        case .available, .recovering: if policy != nil, wasConnected { state = .recovering(since: now) }
        case .awaitingProbe: break
        }
        wasConnected = true
        return true
    }

    /// It is new: it starts slowly, like one that comes back.
    public mutating func recover(at now: Instant) {
        if policy != nil { state = .recovering(since: now) }
    }

    public mutating func setDraining(_ draining: Bool) -> Bool {
        defer { isDraining = draining }
        return isDraining != draining
    }

    public mutating func setBlocked(_ blocked: Bool) -> Bool {
        defer { isBlocked = blocked }
        return isBlocked != blocked
    }

    private mutating func count(_ outcome: Outcome, at now: Instant) -> Bool {
        guard let policy, outcome != .abandoned else { return false }
        recent.record(success: outcome == .succeeded, at: now)
        guard outcome == .failed else {
            consecutiveFailures = 0
            return false
        }
        consecutiveFailures += 1
        let tooMany = policy.consecutiveFailures > 0 && consecutiveFailures >= policy.consecutiveFailures
        let counts = recent.counts(at: now)
        let tooOften = counts.total >= policy.minimumAnswers && counts.successRate < policy.minimumSuccessRate
        guard tooMany || tooOften else { return false }
        eject(at: now)
        return true
    }

    private mutating func judgeProbe(_ outcome: Outcome, at now: Instant) -> Bool {
        switch outcome {
        case .succeeded:
            fitSince = now
            return become(.recovering(since: now))
        case .failed:
            eject(at: now)
            return true
        case .abandoned:
            return become(.awaitingProbe)
        }
    }

    private mutating func eject(at now: Instant) {
        guard let policy else { return }
        if let fitSince, policy.ejectionTime > 0 {
            let forgiven = max(0, (now - fitSince) / policy.ejectionTime)
            ejections = forgiven < Double(ejections) ? ejections - Int(forgiven) : 0
        }
        ejections += 1
        fitSince = nil
        consecutiveFailures = 0
        recent.clear()
        state = .ejected(until: now + policy.ejectionTime(forEjection: ejections))
    }

    private mutating func become(_ new: State) -> Bool {
        state = new
        return true
    }
}
