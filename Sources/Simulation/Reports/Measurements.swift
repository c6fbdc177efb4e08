/// What is written down while a simulation runs.
struct Measurements {
    private(set) var histogram = ResponseHistogram()
    private(set) var responseSum = 0.0
    private(set) var waitSum = 0.0
    private(set) var waits = 0
    private(set) var failures = 0
    private(set) var withinLimit = 0
    /// How often a node was seen with so many tasks; the last one counts those with more, too.
    private(set) var occupancies = Array(repeating: 0, count: 64)
    /// When measuring began.
    private(set) var start = Double.infinity

    private let limit: Double
    private let skipped: Int
    private var arrived = 0
    private var nextLook = 0

    init(_ scenario: Scenario) {
        limit = scenario.limit ?? .infinity
        skipped = scenario.tasksBeforeMeasuring
    }

    mutating func taskArrived(at now: Double, nodes: [NodeState]) {
        if arrived >= skipped {
            if arrived == skipped { start = now }
            // Looking at all nodes once per as many tasks costs the same per task, however many nodes there are.
            if arrived >= nextLook {
                nextLook = arrived + nodes.count
                look(at: nodes)
            }
        }
        arrived &+= 1
    }

    mutating func serviceBegan(after wait: Double, arrivedAt: Double) {
        guard arrivedAt >= start else { return }
        waitSum += wait
        waits &+= 1
    }

    mutating func taskSucceeded(after response: Double, arrivedAt: Double) {
        guard arrivedAt >= start else { return }
        histogram.record(response)
        responseSum += response
        if response <= limit { withinLimit &+= 1 }
    }

    mutating func taskFailed(arrivedAt: Double) {
        guard arrivedAt >= start else { return }
        failures &+= 1
    }

    private mutating func look(at nodes: [NodeState]) {
        for node in nodes { occupancies[min(node.occupancy, occupancies.count - 1)] += 1 }
    }
}
