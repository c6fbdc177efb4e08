public import Logging

/// What a handler may want to know besides the task itself.
public struct TaskContext: Sendable {
    public let queue: QueueName
    /// Names the message in every log line and, if the publisher is a ``TaskService``, in every redelivery.
    public let messageID: String?
    /// The broker may have given this task to a worker before: make the work repeatable, or look here first.
    public let redelivered: Bool
    public let headers: FieldTable
    /// Carries queue and message id.
    public let logger: Logger
}
