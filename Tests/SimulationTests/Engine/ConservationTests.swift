import LoadBalancing
import Simulation
import Testing

/// Every task ends once, whatever happens.
@Suite struct ConservationTests {
    static let everyone = StrategyName.allCases.map(Contender.strategy) + [.pull]

    @Test("Without faults, each task is done exactly once", arguments: everyone)
    func withoutFaults(contender: Contender) async throws {
        var scenario = Vectors.equal(7, load: 0.8, tasks: 5000)
        scenario.networkDelay = 0.3
        let report = try await scenario.run(contender)
        #expect(report.tasks == 5000)
        #expect(report.lost == 0 && report.duplicated == 0)
        #expect(report.nodes.map(\.tasks).reduce(0, +) == 5000)
        expect(report.nodes.map(\.share).reduce(0, +), 1, within: 1e-12)
    }

    @Test("A node dies and comes back: nothing is lost, and what is done twice was finished", arguments: everyone)
    func outage(contender: Contender) async throws {
        for hasHealth in [false, true] {
            var scenario = Vectors.equal(5, load: 0.8, tasks: 5000)
            scenario.networkDelay = 0.5
            scenario.hasHealth = hasHealth
            scenario.faults = [
                Fault(node: 1, .down, from: 100, until: 200), Fault(node: 2, .down, from: 150, until: 151),
            ]
            let report = try await scenario.run(contender)
            #expect(report.lost == 0)
            #expect(report.duplicated <= 4, "those whose answers were on their way in the moment of a failure")
            #expect(report.nodes.map(\.tasks).reduce(0, +) == 5000 + report.duplicated)
            #expect(report.nodes[1].tasks < report.nodes[0].tasks)
        }
    }

    @Test("Without retries, what a dead node held is lost", arguments: everyone)
    func outageWithoutRetries(contender: Contender) async throws {
        var scenario = Vectors.equal(5, load: 0.9, tasks: 5000)
        scenario.retries = 0
        // One node may happen to be idle at that moment.
        scenario.faults = (1...3).map {
            Fault(node: $0, .down, from: 100 + 50 * Double($0), until: 140 + 50 * Double($0))
        }
        let report = try await scenario.run(contender)
        #expect(report.lost > 0)
        #expect(report.duplicated == 0)
        #expect(report.nodes.map(\.tasks).reduce(0, +) + report.lost == 5000)
    }

    @Test("A node that stands still loses nothing; clients that lose patience have tasks done twice")
    func pause() async throws {
        var scenario = Vectors.equal(5, load: 0.5, tasks: 5000)
        scenario.faults = [Fault(node: 0, .paused, from: 100, until: 120)]
        let patient = try await scenario.run(.roundRobin)
        #expect(patient.lost == 0 && patient.duplicated == 0)
        #expect(patient.largestResponse > 15)

        scenario.timeout = 15
        let impatient = try await scenario.run(.roundRobin)
        #expect(impatient.lost == 0)
        #expect(impatient.duplicated > 0)
        #expect(impatient.nodes.map(\.tasks).reduce(0, +) == 5000 + impatient.duplicated)

        scenario.retries = 0
        let resigned = try await scenario.run(.roundRobin)
        #expect(resigned.lost > 0)
        #expect(resigned.duplicated == 0)
    }

    @Test("A blocked node gets nothing new")
    func blocked() async throws {
        var scenario = Vectors.equal(4, load: 0.5, tasks: 4000)
        scenario.faults = [Fault(node: 3, .blocked, from: 0, until: .infinity)]
        let report = try await scenario.run(.leastOutstanding)
        #expect(report.nodes[3].tasks == 0)
        #expect(report.lost == 0)
    }

    @Test("If all nodes stay away, the tasks are lost, and the simulation ends", arguments: everyone, [false, true])
    func nobodyLeft(contender: Contender, hasHealth: Bool) async throws {
        var scenario = Vectors.equal(2, load: 0.5, tasks: 500)
        scenario.hasHealth = hasHealth
        scenario.faults = [0, 1].map { Fault(node: $0, .down, from: 100, until: .infinity) }
        let report = try await scenario.run(contender)
        #expect(report.lost > 0)
        #expect(report.nodes.map(\.tasks).reduce(0, +) + report.lost == 500)
    }

    @Test("If all nodes are away for a while, the tasks wait", arguments: everyone, [false, true])
    func nobodyForAWhile(contender: Contender, hasHealth: Bool) async throws {
        var scenario = Vectors.equal(2, load: 0.5, tasks: 500)
        scenario.hasHealth = hasHealth
        scenario.faults = [0, 1].map { Fault(node: $0, .down, from: 100, until: 150) }
        let report = try await scenario.run(contender)
        #expect(report.lost == 0)
        #expect(report.nodes.map(\.tasks).reduce(0, +) == 500 + report.duplicated)
    }

    @Test("Impatient clients of overloaded nodes: work that nobody waits for keeps them busy, and still it ends")
    func retryStorm() async throws {
        var scenario = Vectors.equal(5, load: 0.9, tasks: 5000)
        scenario.timeout = 5
        scenario.retries = 3
        let report = try await scenario.run(.random)
        #expect(report.lost > 1000)
        #expect(report.duplicated > 1000)
    }
}
