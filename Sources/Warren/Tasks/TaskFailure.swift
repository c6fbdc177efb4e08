/// Thrown by a handler: not now. The task goes back to its queue at once, for whoever is free.
public struct TryAgainLater: Error, Sendable, CustomStringConvertible {
    public var reason: String

    public init(_ reason: String = "the handler asked to try again later") {
        self.reason = reason
    }

    public var description: String { reason }
}

/// A task that could not be published.
public struct TaskNotPublished: Error, Sendable, CustomStringConvertible {
    public var outcome: PublishOutcome

    public var description: String {
        switch outcome {
        case .confirmed: "the task was published"
        case .returned(let reason): "the task was returned: \(reason). Does its queue exist?"
        case .nacked: "the broker could not take the task. Is the queue full?"
        case .unknown(let error): "whether the broker has the task is not known: \(error)"
        }
    }
}
