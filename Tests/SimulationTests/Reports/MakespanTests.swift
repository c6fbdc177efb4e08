import LoadBalancing
import Simulation
import Testing

@Suite struct MakespanTests {
    @Test func longTasksInTurnAllMeetOneWorker() {
        let durations = [6.0, 1, 1, 6, 1, 1, 6, 1, 1]
        #expect(Makespan.push(durations, workers: 3, strategy: RoundRobin()) == 18)
        // Worker 1: 6 then 1, 6; worker 2: 1, 6, 1, 1; worker 3: 1, 1, 1 … the queue gives to whoever is free.
        #expect(Makespan.pull(durations, workers: 3) == 9)
    }

    @Test func oneWorkerDoesEverything() {
        #expect(Makespan.pull([1, 2, 3], workers: 1) == 6)
        #expect(Makespan.push([1, 2, 3], workers: 1, strategy: RoundRobin()) == 6)
    }

    @Test func nothingToDo() {
        #expect(Makespan.pull([], workers: 3) == 0)
        #expect(Makespan.push([], workers: 0, strategy: RoundRobin()) == 0)
        #expect(Makespan.pull([-1, .nan], workers: -1, prefetch: 0) == 0)
    }

    @Test("A prefetch costs at most (1 - 1/n) * P * longest")
    func prefetch() {
        var generator = Generator(seed: 1)
        var sums = [1: 0.0, 5: 0, 10: 0, 26: 0, 100: 0]
        let rounds = 30
        for _ in 0..<rounds {
            let durations = (0..<1000).map { _ in -8 * (generator.unit() - 0.5) * (generator.unit() - 0.5) + 2 }
            let work = durations.reduce(0, +)
            for prefetch in sums.keys {
                let makespan = Makespan.pull(durations, workers: 10, prefetch: prefetch)
                #expect(makespan <= work / 10 + 0.9 * Double(prefetch) * (durations.max() ?? 0) + 1e-9)
                sums[prefetch, default: 0] += work / 10 / makespan / Double(rounds)
            }
        }
        let ordered = sums.sorted { $0.key < $1.key }.map(\.value)
        #expect(ordered == ordered.sorted(by: >))
    }

    @Test("1000 exponential tasks on 10 workers: prefetch costs balance")
    func efficiency() async throws {
        var scenario = try #require(NamedScenario["batch"]).scenario()
        var efficiencies: [Double] = []
        for prefetch in [1, 5, 10, 26, 100] {
            scenario.prefetch = prefetch
            let row = try await #require(Comparison(scenario, contenders: [.pull]).run().first)
            efficiencies.append(row.efficiency?.mean ?? 0)
        }
        #expect(efficiencies == efficiencies.sorted(by: >))
        #expect(efficiencies[0] > 0.97)
        // With a prefetch of 100, all is dealt out at once: the largest of ten sums of 100 exponential times is about
        // 100 + 1.54 * 10, as 1.54 is the mean of the largest of ten normal numbers.
        expect(efficiencies[4], 100 / 115.4, within: 0.02)
    }
}
