/// A node while the simulation runs: what every task needs, and not more, so that many fit into the cache.
struct NodeState {
    /// Those that wait for their service.
    var line = AttemptLine()
    var running: Int32 = 0
    let slots: Int32
    /// Time that a unit of work takes now.
    var timePerWork: Double
    /// Time spent on tasks, added up over the slots.
    var busyTime = 0.0
    /// Tasks that it has finished.
    var finished = 0
    var isDown = false
    let hasPauses: Bool

    init(_ node: SimulatedNode, hasPauses: Bool) {
        slots = max(1, Int32(clamping: node.parallelism ?? .max))
        timePerWork = 1 / node.speed
        self.hasPauses = hasPauses
    }

    var isLimited: Bool { slots < Int32.max }
    var hasFreeSlot: Bool { running < slots }
    /// Tasks in its line and in service.
    var occupancy: Int { Int(line.count) + Int(running) }

    enum Reception {
        case begins, waits, isRefused
    }

    /// An attempt gets here.
    @inline(__always)
    mutating func take(_ attempt: Int32, in pool: inout AttemptPool) -> Reception {
        if isDown { return .isRefused }
        if hasFreeSlot {
            running &+= 1
            return .begins
        }
        pool[attempt].stage = .queued
        line.append(attempt, in: &pool)
        return .waits
    }

    /// A service has ended after so much time.
    ///
    /// - Returns: Whose turn it is.
    @inline(__always)
    mutating func finish(after time: Double, in pool: inout AttemptPool) -> Int32? {
        finished &+= 1
        busyTime += time
        let next = line.removeFirst(in: &pool)
        if next == nil { running &-= 1 }
        return next
    }
}
