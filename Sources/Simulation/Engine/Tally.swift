/// What became of the tasks.
struct Tally {
    var arrived = 0
    /// Those that the client still waits for.
    var open = 0
    var succeeded = 0
    /// Those that the client got no answer for.
    var lost = 0
    /// Times that a task was done once more.
    var duplicated = 0
    /// When the last service ended.
    var lastEnd = 0.0
}
