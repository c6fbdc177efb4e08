/// When the client's patience with an attempt ends.
struct Deadline {
    var attempt: Int32
    /// That of the attempt; another one means that it ended before.
    var generation: UInt32
    var time: Double
}

/// Deadlines in the order of time, which is that of their beginnings, as all are equally far away.
struct DeadlineRing {
    private var deadlines: [Deadline] = []
    private var start = 0
    private var count = 0

    var isEmpty: Bool { count == 0 }
    var first: Deadline? { count == 0 ? nil : deadlines[start] }

    mutating func append(_ deadline: Deadline) {
        if count == deadlines.count { grow(deadline) }
        deadlines[(start + count) & (deadlines.count - 1)] = deadline
        count += 1
    }

    mutating func removeFirst() {
        guard count > 0 else { return }
        start = (start + 1) & (deadlines.count - 1)
        count -= 1
    }

    /// Doubles, so that the size is a power of two.
    private mutating func grow(_ filler: Deadline) {
        let ordered = deadlines[start...] + deadlines[..<start]
        deadlines = ordered + Array(repeating: filler, count: max(16, ordered.count))
        start = 0
    }
}
