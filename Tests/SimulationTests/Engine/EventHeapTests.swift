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
            guard let first = heap.first else { break }
            #expect(first.time >= last)
            last = first.time
            heap.replaceFirst(with: Event(first.time + generator.unit(), first.id))
        }
        var ids: Set<Int32> = []
        while let first = heap.first {
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
        #expect(heap.first == nil)
        heap.replaceFirst(with: Event(1, 7))
        #expect(heap.first?.id == 7)
    }
}
