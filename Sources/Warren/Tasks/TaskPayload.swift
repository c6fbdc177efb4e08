/// What a task is about: the type that publisher and worker share. It travels as JSON.
///
///     struct Resize: TaskPayload {
///         static let queue: QueueName = "images.resize"
///         var url: String
///         var width: Int
///     }
public protocol TaskPayload: Codable, Sendable {
    static var queue: QueueName { get }
}
