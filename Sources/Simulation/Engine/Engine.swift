internal import LoadBalancing

/// A discrete-event simulation of one run: it goes from event to event, and between them nothing happens.
///
/// What can happen next is the next arrival, the end of a service, of which the heap holds one per busy slot, or one of a
/// few signals. It is generic over the dispatcher, so that the compiler makes one engine for each strategy, with nothing allocated
/// per event.
struct Engine<D: Dispatcher> {
    let settings: EngineSettings
    var now = 0.0
    var services = EventHeap()
    var signals = SignalClock()
    var attempts = AttemptPool()
    var nodes: [NodeState]
    var conditions: [NodeCondition]
    let pauses: [[Pause]]
    var faults: FaultTimeline
    /// For those that no node could be picked for.
    var waiting = AttemptLine()
    /// On the way to their nodes; as all are equally long on the way, those sent first get there first.
    var outbound = AttemptLine()
    /// Answers on the way back.
    var inbound = AttemptLine()
    var deadlines = DeadlineRing()
    var hasRetry = false
    /// How often in a row tasks were offered again while nothing else could happen.
    var fruitlessRetries = 0

    var arrivals: ArrivalProcess
    var nextTask: TracedTask?
    let service: Sampler
    var arrivalGenerator: Generator
    var serviceGenerator: Generator
    var strategyGenerator: Generator

    var tally = Tally()
    var measurements: Measurements
    var dispatcher: D

    init(_ scenario: Scenario, seed: UInt64, dispatcher: D) {
        settings = EngineSettings(scenario)
        let faults = FaultTimeline(scenario.faults, nodes: scenario.nodes.count)
        let pauses = scenario.nodes.indices.map(faults.pauses(of:))
        nodes = zip(scenario.nodes, pauses).map { NodeState($0, hasPauses: !$1.isEmpty) }
        conditions = scenario.nodes.map { _ in NodeCondition() }
        self.pauses = pauses
        self.faults = faults
        arrivals = ArrivalProcess(scenario.arrivals, rate: scenario.arrivalRate, tasks: scenario.tasks)
        service = Sampler(scenario.service)
        // Each has numbers of its own, so that every strategy is given the very same tasks.
        arrivalGenerator = Generator(seed: seed &* 3)
        serviceGenerator = Generator(seed: seed &* 3 &+ 1)
        strategyGenerator = Generator(seed: seed &* 3 &+ 2)
        measurements = Measurements(scenario)
        self.dispatcher = dispatcher
        begin()
    }

    /// Goes on for so many events.
    ///
    /// - Returns: Whether there is more to come.
    mutating func advance(events: Int) -> Bool {
        for _ in 0..<events {
            let ends = services.first
            let time = min(ends.time, signals.time)
            if let task = nextTask, task.arrivesAt < time {
                now = task.arrivesAt
                taskArrived(task)
                continue
            }
            guard isRunning, time.isFinite else { return false }
            now = time
            if ends.time <= signals.time { serviceEnded(ends.id) } else { handle(signals.first) }
        }
        return true
    }

    /// How many of the tasks are done, from 0 to 1.
    var progress: Double { Double(tally.arrived - tally.open) / settings.tasks }

    @inline(__always) var instant: Instant { Instant(seconds: now) }

    private var isRunning: Bool { nextTask != nil || tally.open > 0 }

    private mutating func begin() {
        signals.set(.fault, at: faults.nextTime)
        nextTask = arrivals.next(using: &arrivalGenerator)
    }

    private mutating func handle(_ signal: Signal) {
        switch signal {
        case .delivery: delivered()
        case .answer: answered()
        case .deadline: deadlinePassed()
        case .fault: faultChanged()
        case .retry: retry()
        }
    }
}
