/// Memory for attempts, used again and again: it grows to as many as there are at once.
struct AttemptPool {
    private var attempts: [Attempt] = []
    private var firstFree = Attempt.none

    var indices: Range<Int32> { 0..<Int32(attempts.count) }

    subscript(id: Int32) -> Attempt {
        get { attempts[Int(id)] }
        _modify { yield &attempts[Int(id)] }
    }

    mutating func insert(_ attempt: Attempt) -> Int32 {
        guard firstFree != Attempt.none else {
            attempts.append(attempt)
            return Int32(attempts.count - 1)
        }
        let id = firstFree
        let generation = attempts[Int(id)].generation
        firstFree = attempts[Int(id)].next
        attempts[Int(id)] = attempt
        attempts[Int(id)].generation = generation
        return id
    }

    mutating func remove(_ id: Int32) {
        attempts[Int(id)].stage = .free
        attempts[Int(id)].generation &+= 1
        attempts[Int(id)].next = firstFree
        firstFree = id
    }
}
