/// Metadata keys of everything this module logs.
enum LogKey {
    static let broker = "amqp.broker"
    static let channel = "amqp.channel"
    static let consumer = "amqp.consumer"
    static let error = "error"
}
