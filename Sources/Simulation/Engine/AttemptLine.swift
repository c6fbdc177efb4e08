/// First in, first out: a chain through the attempts themselves, each of which is in one line at a time.
struct AttemptLine {
    private(set) var first = Attempt.none
    private var last = Attempt.none
    private(set) var count: Int32 = 0

    var isEmpty: Bool { first == Attempt.none }

    @inline(__always)
    mutating func append(_ id: Int32, in pool: inout AttemptPool) {
        pool[id].next = Attempt.none
        if last == Attempt.none {
            first = id
        } else {
            pool[last].next = id
        }
        last = id
        count &+= 1
    }

    mutating func prepend(_ id: Int32, in pool: inout AttemptPool) {
        pool[id].next = first
        first = id
        if last == Attempt.none { last = id }
        count &+= 1
    }

    @inline(__always)
    mutating func removeFirst(in pool: inout AttemptPool) -> Int32? {
        guard first != Attempt.none else { return nil }
        let id = first
        first = pool[id].next
        if first == Attempt.none { last = Attempt.none }
        count &-= 1
        return id
    }
}
