/// What the event loop knows of an open channel. A class, confined to the connection's actor: copying it per frame would
/// cost more than the frame.
final class ChannelState {
    struct RunningConsumer {
        var tag: String
        var inbox: DeliveryInbox
        /// Given up by its user; it stays until the server has agreed to its end, because messages may come until then.
        var isAbandoned = false
    }

    let key: ChannelKey
    var calls = PendingCalls()
    var assembler: ContentAssembler
    /// After our own `channel.close`: everything but its answer is dropped.
    var isClosing = false
    private(set) var consumers: [RunningConsumer] = []

    init(key: ChannelKey, maximumBodySize: Int) {
        self.key = key
        assembler = ContentAssembler(maximumBodySize: maximumBodySize)
    }

    /// A channel has few consumers, and tags are short: looking through them beats hashing.
    func consumer(_ tag: String) -> RunningConsumer? {
        consumers.first { $0.tag == tag }
    }

    /// - Returns: Whether it was running until now.
    func abandonConsumer(_ tag: String, _ inbox: DeliveryInbox) -> Bool {
        guard let index = consumers.firstIndex(where: { $0.tag == tag && $0.inbox === inbox && !$0.isAbandoned }) else {
            return false
        }
        consumers[index].isAbandoned = true
        return true
    }

    func add(_ inbox: DeliveryInbox, tag: String) {
        consumers.append(RunningConsumer(tag: tag, inbox: inbox))
    }

    func removeConsumer(_ tag: String) -> DeliveryInbox? {
        guard let index = consumers.firstIndex(where: { $0.tag == tag }) else { return nil }
        return consumers.remove(at: index).inbox
    }
}
