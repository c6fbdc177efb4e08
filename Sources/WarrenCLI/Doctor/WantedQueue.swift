internal import Warren

/// A queue, as somebody is going to declare it.
struct WantedQueue: Sendable {
    var declaration: QueueDeclaration
    /// Whether it was said how; otherwise there is nothing to compare with.
    var isDescribed: Bool
}
