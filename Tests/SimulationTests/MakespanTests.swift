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
    }
}
