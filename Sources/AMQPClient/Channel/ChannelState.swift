internal import NIOCore

/// What the event loop knows of an open channel. A class, confined to the connection's actor: copying it per frame would
/// cost more than the frame.
final class ChannelState {
    /// What a channel is for, which decides what becomes of it when the connection is lost.
    enum Role {
        case user
        case publisher
        /// An open transaction cannot be taken up again: it ends with the connection.
        case transaction
        /// Opened by recovery itself.
        case recovery
    }

    struct RunningConsumer {
        /// What was asked for, to be asked for again after recovery.
        var consume: BasicConsume
        var prefetch: UInt16
        var inbox: DeliveryInbox
        /// Given up by its user; it stays until the server has agreed to its end, because messages may come until then.
        var isAbandoned = false

        var tag: String { consume.consumerTag }
    }

    let key: ChannelKey
    var role = Role.user
    var epoch: ChannelEpoch
    var calls = PendingCalls()
    var assembler: ContentAssembler
    /// After our own `channel.close`: everything but its answer is dropped.
    var isClosing = false
    /// Why it is being replaced: its next life begins with the answer to our `channel.close`.
    var replacedBecause: AMQPError?
    /// Between two epochs: nothing but recovery may use it.
    var isSuspended = false
    private(set) var consumers: [RunningConsumer] = []

    init(epoch: ChannelEpoch, maximumBodySize: Int) {
        key = epoch.channel
        self.epoch = epoch
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

    func add(_ consumer: RunningConsumer) {
        consumers.append(consumer)
    }

    @discardableResult
    func removeConsumer(_ tag: String) -> RunningConsumer? {
        guard let index = consumers.firstIndex(where: { $0.tag == tag }) else { return nil }
        return consumers.remove(at: index)
    }

    func renameQueue(_ old: String, to new: String) {
        for index in consumers.indices where consumers[index].consume.queue == old {
            consumers[index].consume.queue = new
        }
    }

    /// Ends this life; the channel waits for the next one. What nobody has taken yet is dropped: the broker delivers it
    /// again.
    ///
    /// - Parameter refusal: What the pending calls are told, if that is something else.
    func suspend(because error: AMQPError, answering refusal: AMQPError? = nil) {
        isSuspended = true
        isClosing = false
        replacedBecause = nil
        epoch.end.resolve(.failure(error))
        calls.fail(refusal ?? error)
        assembler.reset()
        consumers.removeAll(where: \.isAbandoned)
        for consumer in consumers { consumer.inbox.interrupt(because: error) }
    }
}
