/// Memory for attempts, used again and again: it grows to as many as there are at once.
struct AttemptPool {
    private var attempts: [Attempt] = []
    private var firstFree = Attempt.none

    var indices: Range<Int32> { 0..<Int32(attempts.count) }

    subscript(id: Int32) -> Attempt {
        @inline(__always) get { attempts[Int(id)] }
        @inline(__always) _modify { yield &attempts[Int(id)] }
    }

    /// Changes several things of an attempt, and makes sure only once that nobody else has a copy of the memory.
    @inline(__always)
    mutating func update(_ id: Int32, _ change: (inout Attempt) -> Void) {
        change(&attempts[Int(id)])
    }

    mutating func insert(_ attempt: Attempt) -> Int32 {
        guard firstFree != Attempt.none else {
            attempts.append(attempt)
            return Int32(attempts.count - 1)
        }
        let id = firstFree
        var next = Attempt.none
        update(id) { place in
            next = place.next
            let generation = place.generation
            place = attempt
            place.generation = generation
        }
        firstFree = next
        return id
    }

    mutating func remove(_ id: Int32) {
        let next = firstFree
        firstFree = id
        update(id) { attempt in
            attempt.stage = .free
            attempt.generation &+= 1
            attempt.next = next
        }
    }
}
