/// When something changes at which node, known beforehand.
struct FaultTimeline {
    private let faults: [Fault]
    private let changes: [(time: Double, node: Int)]
    private var position = 0

    init(_ faults: [Fault], nodes: Int) {
        self.faults = faults.filter { (0..<nodes).contains($0.node) && $0.from < $0.until }
        changes = self.faults
            .flatMap { [($0.from, $0.node), ($0.until, $0.node)] }
            .filter { $0.0.isFinite }
            .sorted { $0.0 < $1.0 }
    }

    var nextTime: Double? { position < changes.count ? changes[position].time : nil }

    /// The node of the next change, which is over with that.
    mutating func removeNext() -> Int? {
        guard position < changes.count else { return nil }
        defer { position += 1 }
        return changes[position].node
    }

    func condition(of node: Int, at time: Double) -> NodeCondition {
        var condition = NodeCondition()
        for fault in faults where fault.node == node && fault.isActive(at: time) {
            switch fault.kind {
            case .slow(let factor): condition.slowness *= factor
            case .down: condition.isDown = true
            case .blocked: condition.isBlocked = true
            case .paused: break
            }
        }
        return condition
    }

    /// The periods in which a node stands still, in order and without overlaps.
    func pauses(of node: Int) -> [Pause] {
        var pauses: [Pause] = []
        let all = faults.filter { $0.node == node && $0.kind == .paused }.sorted { $0.from < $1.from }
        for fault in all {
            if let last = pauses.last, fault.from <= last.until {
                pauses[pauses.count - 1].until = max(last.until, fault.until)
            } else {
                pauses.append(Pause(from: fault.from, until: fault.until))
            }
        }
        return pauses
    }
}

struct NodeCondition: Equatable {
    var slowness = 1.0
    var isDown = false
    var isBlocked = false
}

struct Pause {
    var from: Double
    var until: Double
}

extension [Pause] {
    /// When work is done that begins at a moment and needs so long without pauses.
    func end(from start: Double, after duration: Double) -> Double {
        var end = start + duration
        for pause in self where pause.until > start && pause.from < end {
            end += pause.until - Swift.max(pause.from, start)
        }
        return end
    }
}
