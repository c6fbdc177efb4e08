import LoadBalancing
import Testing

@testable import Simulation

@Suite struct EventHeapTests {
    @Test("Events come in the order of their times", arguments: [1, 2, 5, 6, 100, 1000])
    func order(count: Int) {
        var generator = Generator(seed: 1)
        var heap = EventHeap()
        for id in 0..<count { heap.push(Event(generator.unit(), Int32(id))) }
        var last = -1.0
        for _ in 0..<10 * count {
            let first = heap.first
            #expect(first.time >= last)
            last = first.time
            heap.replaceFirst(with: Event(first.time + generator.unit(), first.id))
        }
        var ids: Set<Int32> = []
        while heap.first.time.isFinite {
            let first = heap.first
            #expect(first.time >= last)
            last = first.time
            ids.insert(first.id)
            heap.removeFirst()
        }
        #expect(ids.count == count)
    }

    @Test func empty() {
        var heap = EventHeap()
        heap.removeFirst()
        #expect(heap.first.time == .infinity)
        heap.replaceFirst(with: Event(1, 7))
        #expect(heap.first.id == 7)
    }

    @Test func signalsComeInTheOrderOfTheirTimes() {
        var clock = SignalClock()
        #expect(clock.time == .infinity)
        clock.set(.retry, at: 3)
        clock.set(.fault, at: 2)
        clock.set(.answer, at: 2)
        #expect(clock.time == 2 && clock.first == .answer)
        clock.set(.answer, at: 5)
        #expect(clock.time == 2 && clock.first == .fault)
        for signal in [Signal.fault, .retry, .answer] { clock.set(signal, at: nil) }
        #expect(clock.time == .infinity)
    }
}
