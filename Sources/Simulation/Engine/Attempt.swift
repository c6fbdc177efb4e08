/// One try at a task: on its way to a node, waiting or being served there, or on its way back.
struct Attempt {
    /// When the task came; the same for every try at it.
    var arrivedAt: Double
    /// Service time on a node of speed 1.
    var work: Double
    /// When it was given to its node.
    var sentAt = 0.0
    /// When its service began; when it has ended, when that was.
    var since = 0.0
    /// The next one in the line that it is in.
    var next = Attempt.none
    var node: Int32 = -1
    /// Counts how often this place in memory was used, so that an old deadline does not hit a new attempt.
    var generation: UInt32 = 0
    /// How often the task was tried before.
    var retries: UInt8 = 0
    /// Nodes that refused it one after the other.
    var refusals: UInt8 = 0
    var stage = Stage.free
    /// The client waits for its answer.
    var isAwaited = true
    /// A node did this task before, but the answer was lost or came too late.
    var isRepeated = false

    /// The end of a line.
    static let none: Int32 = -1

    enum Stage: UInt8 {
        case free, unsent, onTheWay, queued, running, answering, refused
        /// Its node lost it, and only the event or line that it is in still knows it.
        case dropped
    }
}
