/// How long a node takes from one answer to the next while it has work: what its service time is to those in line.
///
/// By Little's law, work outstanding times this is the time that the work spends there, for a node that serves one by
/// one and for one that serves everything at once. Unlike latency it does not grow with the line.
@usableFromInline
struct Pace: Sendable {
    /// How many answers the means remember, unless they took less than ``leastTime``.
    @usableFromInline static let answers = 200.0
    /// Seconds. Answers that come in batches are zero apart within one, so that 200 answers may say nothing.
    @usableFromInline static let leastTime = 1.0

    /// The mean, in seconds.
    @usableFromInline private(set) var gap = 0.0
    /// The mean of the squares.
    @usableFromInline private(set) var square = 0.0
    /// How many answers the means stand for.
    @usableFromInline private(set) var evidence = 0.0

    @inlinable
    init() {}

    @inlinable
    mutating func fold(_ sample: Double) {
        evidence = evidence * (1 - min(1 / Self.answers, sample / Self.leastTime)) + 1
        gap += (sample - gap) / evidence
        square += (sample * sample - square) / evidence
    }

    /// How many times longer a silence is than what one has patience for; 1 if it is not.
    ///
    /// Patience is counted in usual silences: the one that is found at a random moment lasts `square / gap`, since each
    /// is found as often as it is long. That is twice ``gap`` for exponential times, and the time from batch to batch if
    /// answers come in batches.
    @inlinable
    func excess(of silence: Double, over patience: Double) -> Double {
        let bearable = patience * square
        let found = silence * gap
        return found <= bearable ? 1 : found / max(bearable, .leastNormalMagnitude)
    }

    /// What happened means that the past is no guide.
    @inlinable
    mutating func forget() {
        evidence = 0
    }

    /// What is still known about a node that was idle for some time: at first the same, then more and more what is known
    /// about all nodes.
    ///
    /// The time scale is the node's own: three times its gap. So a node that was found slow is tried again after a few
    /// times what a try costs, be that milliseconds or minutes, and tries take a small, constant part of its time.
    @inlinable
    func faded(to mean: Pace, after idle: Double) -> Pace {
        guard evidence > 0 else { return mean.withoutEvidence }
        let tau = 3 * gap
        guard idle > tau else { return self }
        let kept = remainder(after: idle - tau, tau: tau)
        var faded = self
        faded.gap = mean.gap + (gap - mean.gap) * kept
        faded.square = mean.square + (square - mean.square) * kept
        faded.evidence = evidence * kept
        return faded
    }

    @inlinable var withoutEvidence: Pace {
        var pace = self
        pace.evidence = 0
        return pace
    }
}
