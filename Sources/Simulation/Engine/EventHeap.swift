/// Which service ends next, and those after it: a heap whose parents have four children.
///
/// Four children make it half as deep as two do, and the times of one parent's children lie side by side, so that the first
/// of them is found without a branch. A calendar queue, which does not grow with the number of services, was tried and is
/// not faster for up to ten thousand. Nothing is ever taken out of the middle: what became void is recognised when its time
/// comes.
struct EventHeap {
    /// Behind ``count`` they are infinite, so that every parent has four children.
    private var times: [Double] = []
    private var ids: [Int32] = []
    private var count = 0

    /// At infinity if there is none.
    var first: Event { count == 0 ? Event(.infinity, Attempt.none) : Event(times[0], ids[0]) }

    mutating func push(_ event: Event) {
        if count + 4 > times.count { grow() }
        count &+= 1
        siftUp(from: count &- 1, event)
    }

    mutating func removeFirst() {
        guard count > 0 else { return }
        count &-= 1
        let last = Event(times[count], ids[count])
        times[count] = .infinity
        if count > 0 { siftDown(last) }
    }

    /// Cheaper than to remove the first one and push another.
    mutating func replaceFirst(with event: Event) {
        guard count > 0 else { return push(event) }
        siftDown(event)
    }

    private mutating func grow() {
        let more = max(16, times.count)
        times.append(contentsOf: repeatElement(.infinity, count: more))
        ids.append(contentsOf: repeatElement(0, count: more))
    }

    private mutating func siftUp(from start: Int, _ event: Event) {
        var hole = start
        while hole > 0 {
            let parent = (hole &- 1) / 4
            guard event.time < times[parent] else { break }
            times[hole] = times[parent]
            ids[hole] = ids[parent]
            hole = parent
        }
        times[hole] = event.time
        ids[hole] = event.id
    }

    /// Fills the hole at the top.
    private mutating func siftDown(_ event: Event) {
        let count = count
        times.withUnsafeMutableBufferPointer { times in
            ids.withUnsafeMutableBufferPointer { ids in
                var hole = 0
                while true {
                    let first = 4 &* hole &+ 1
                    guard first < count else { break }
                    let (child, time) = Self.least(
                        Self.least((first, times[first]), (first &+ 1, times[first &+ 1])),
                        Self.least((first &+ 2, times[first &+ 2]), (first &+ 3, times[first &+ 3])))
                    guard time < event.time else { break }
                    times[hole] = time
                    ids[hole] = ids[child]
                    hole = child
                }
                times[hole] = event.time
                ids[hole] = event.id
            }
        }
    }

    /// The first of equals.
    @inline(__always)
    private static func least(_ one: (Int, Double), _ other: (Int, Double)) -> (Int, Double) {
        let isOther = other.1 < one.1
        return (isOther ? other.0 : one.0, isOther ? other.1 : one.1)
    }
}
