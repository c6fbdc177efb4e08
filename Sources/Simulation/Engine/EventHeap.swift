/// What happens next, first things first: a heap whose parents have four children.
///
/// Four children make it half as deep as two do, and the children of one parent share a cache line. Nothing is ever
/// taken out of the middle: what became void is recognised when its time comes.
struct EventHeap {
    private var events: [Event] = []

    var first: Event? { events.first }

    mutating func push(_ event: Event) {
        events.append(event)
        siftUp(from: events.count - 1, event)
    }

    mutating func removeFirst() {
        guard let last = events.popLast(), !events.isEmpty else { return }
        siftDown(last)
    }

    /// Cheaper than to remove the first one and push another.
    mutating func replaceFirst(with event: Event) {
        guard !events.isEmpty else { return push(event) }
        siftDown(event)
    }

    private mutating func siftUp(from start: Int, _ event: Event) {
        var hole = start
        while hole > 0 {
            let parent = (hole &- 1) / 4
            guard event.time < events[parent].time else { break }
            events[hole] = events[parent]
            hole = parent
        }
        events[hole] = event
    }

    /// Fills the hole at the top.
    private mutating func siftDown(_ event: Event) {
        let count = events.count
        var hole = 0
        while true {
            let firstChild = 4 &* hole &+ 1
            guard firstChild < count else { break }
            var child = firstChild
            var time = events[child].time
            var other = firstChild &+ 1
            let end = min(firstChild &+ 4, count)
            while other < end {
                let candidate = events[other].time
                if candidate < time { (child, time) = (other, candidate) }
                other &+= 1
            }
            guard time < event.time else { break }
            events[hole] = events[child]
            hole = child
        }
        events[hole] = event
    }
}
