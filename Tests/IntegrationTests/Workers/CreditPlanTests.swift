import Testing

@testable import BrokerPool

/// The plan, with brokers that are imagined: each look is a tenth of a second, and nothing runs by a clock.
@Suite struct CreditPlanTests {
    /// A broker, the credit it has here, and how it is used.
    private struct Broker {
        var ready = 0
        var active = 1
        var held = 0
        var fading = 0
        var peak = 0

        /// The broker delivers what it may.
        mutating func deliver() {
            let more = min(ready, active - held)
            guard more > 0 else { return peak = max(peak, held) }
            ready -= more
            held += more
            peak = max(peak, held)
        }

        /// What is taken away while it is held goes on until it is done.
        mutating func change(to target: Int) {
            let still = max(0, held - target)
            fading += still
            held -= still
            active = target
        }

        mutating func look() -> CreditPlan.Look {
            defer { peak = held }
            return CreditPlan.Look(active: active, fading: fading, peak: peak)
        }
    }

    private struct World {
        var plan: CreditPlan
        var brokers: [Broker]
        var changes = 0

        init(_ concurrency: Int, _ brokers: Int) {
            plan = CreditPlan(concurrency: concurrency, brokers: brokers)
            self.brokers = Array(repeating: Broker(), count: brokers)
        }

        var granted: Int { brokers.reduce(0) { $0 + $1.active + $1.fading } }
        var held: Int { brokers.reduce(0) { $0 + $1.held + $1.fading } }

        /// - Parameter done: Called for each delivery that is held; whether it is done.
        mutating func step(_ done: () -> Bool) {
            for index in brokers.indices { brokers[index].deliver() }
            let looks = brokers.indices.map { brokers[$0].look() }
            let targets = plan.rebalance(looks)
            for (index, target) in targets.enumerated() where target != brokers[index].active {
                changes += 1
                brokers[index].change(to: target)
            }
            for index in brokers.indices { brokers[index].deliver() }
            for index in brokers.indices {
                brokers[index].held -= (0..<brokers[index].held).count { _ in done() }
                brokers[index].fading -= (0..<brokers[index].fading).count { _ in done() }
            }
        }
    }

    @Test(arguments: 0..<200) func itNeverGrantsMoreThanTheLimitNorLessThanIsHeld(_ seed: UInt64) {
        var random = SplitMix(seed)
        var world = World(.random(in: 1...30, using: &random), .random(in: 1...6, using: &random))
        for _ in 0..<200 {
            for index in world.brokers.indices where .random(in: 0..<10, using: &random) == 0 {
                world.brokers[index].ready = .random(in: 0...100, using: &random)
            }
            let chance = Int.random(in: 1...10, using: &random)
            world.step { Int.random(in: 0..<10, using: &random) < chance }
            #expect(world.granted <= world.plan.limit)
            #expect(world.brokers.allSatisfy { $0.active >= max(1, $0.held) })
        }
    }

    @Test(arguments: [1, 2, 5, 10, 100, 1000], [1, 2, 3, 7])
    func oneBusyBrokerGetsAllButOneForEachOther(_ concurrency: Int, _ brokers: Int) {
        var world = World(concurrency, brokers)
        world.brokers[0].ready = .max / 2
        for _ in 0..<3 { world.step { true } }
        #expect(world.brokers[0].active == concurrency)
        #expect(world.plan.isSettled)
        #expect(world.changes == (concurrency > 1 ? 1 : 0))
    }

    @Test func creditFollowsTheWork() {
        var world = World(10, 3)
        world.brokers[0].ready = .max / 2
        for _ in 0..<5 { world.step { true } }
        world.brokers[0].ready = 0
        world.brokers[2].ready = .max / 2
        for _ in 0..<8 { world.step { true } }
        #expect(world.brokers.map(\.active) == [1, 1, 10])
    }

    @Test(arguments: [2, 3, 5]) func busyBrokersEndUpAlike(_ brokers: Int) throws {
        var world = World(30, brokers)
        world.brokers[0].ready = .max / 2
        for _ in 0..<5 { world.step { true } }
        #expect(world.brokers[0].active == 30)
        for index in world.brokers.indices { world.brokers[index].ready = .max / 2 }
        for _ in 0..<60 { world.step { true } }
        let grants = world.brokers.map(\.active)
        #expect(try #require(grants.max()) - (try #require(grants.min())) <= 1, "\(grants)")
        #expect(grants.reduce(0, +) == world.plan.limit)
    }

    @Test func itComesToRest() {
        var world = World(20, 4)
        for index in world.brokers.indices { world.brokers[index].ready = .max / 2 }
        for _ in 0..<50 { world.step { true } }
        world.changes = 0
        for _ in 0..<500 { world.step { true } }
        #expect(world.changes == 0 && world.plan.isSettled)
    }

    /// One broker with always just a few tasks, one that could use everything.
    @Test(arguments: 0..<20) func aFewTasksDoNotMakeItRestless(_ seed: UInt64) {
        var random = SplitMix(seed)
        var world = World(20, 2)
        world.brokers[0].ready = .max / 2
        let run = { (world: inout World, looks: Int) in
            for _ in 0..<looks {
                world.brokers[1].ready += .random(in: 0...2, using: &random)
                world.step { .random(in: 0..<4, using: &random) > 0 }
            }
        }
        run(&world, 500)
        world.changes = 0
        run(&world, 1000)
        // A trial is three changes: taken, given, taken back; and one for what was still held.
        #expect(world.changes < 120, "\(world.changes) changes in 1000 looks")
        #expect(world.brokers[0].active >= 14, "\(world.brokers.map(\.active))")
    }

    @Test func whatIsBeingChangedIsLeftAlone() {
        var plan = CreditPlan(concurrency: 9, brokers: 2)
        let looks = [
            CreditPlan.Look(active: 1, peak: 1, isChanging: true),
            CreditPlan.Look(active: 5, peak: 0, isChanging: true),
        ]
        for _ in 0..<5 { #expect(plan.rebalance(looks) == [1, 5]) }
    }

    @Test func whoHasNothingAtAllKeepsAPlace() {
        var plan = CreditPlan(concurrency: 4, brokers: 2)
        // The other one could use five if the first had no place.
        #expect(plan.rebalance([.init(active: 0), .init(active: 1, peak: 1)]) == [0, 4])
    }

    @Test func brokersComeAndGo() {
        var plan = CreditPlan(concurrency: 4, brokers: 1)
        #expect(plan.limit == 4)
        plan.add()
        #expect(plan.limit == 5)
        // The new one has work, and all of the credit is the other's.
        var looks = [CreditPlan.Look(active: 4, peak: 4), CreditPlan.Look(active: 1, peak: 1)]
        for _ in 0..<10 {
            for (index, target) in plan.rebalance(looks).enumerated() {
                looks[index] = CreditPlan.Look(active: target, peak: target)
            }
        }
        #expect(looks.map(\.active).reduce(0, +) == 5 && looks.allSatisfy { $0.active >= 2 })
        plan.remove(at: 0)
        #expect(plan.limit == 4)
        #expect(plan.rebalance([looks[1]]) == [4])
        plan.remove(at: 9)
        #expect(plan.limit == 4)
    }
}

/// A small generator, the same everywhere.
private struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
