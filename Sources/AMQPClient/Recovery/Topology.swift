/// What was declared on a connection and is not deleted since: what recovery declares again. Without I/O.
struct Topology {
    struct Queue {
        var declare: QueueDeclare
        /// It was declared with an empty name, and gets another name each time.
        var isServerNamed: Bool
    }

    /// Where it came in the order of declaration.
    private struct Recorded<Value> {
        var value: Value
        var order: Int
    }

    private var order = 0
    private var recordedExchanges: [String: Recorded<ExchangeDeclare>] = [:]
    private var recordedQueues: [String: Recorded<Queue>] = [:]
    private var recordedQueueBindings: [QueueBind: Int] = [:]
    private var recordedExchangeBindings: [ExchangeBind: Int] = [:]
    private var blamed: Set<TopologyEntity> = []

    // MARK: Recording

    mutating func record(_ declare: ExchangeDeclare) {
        guard !declare.passive, !declare.exchange.isEmpty, !declare.exchange.hasPrefix("amq.") else { return }
        order += 1
        recordedExchanges[declare.exchange] = Recorded(value: declare, order: order)
    }

    mutating func record(_ declare: QueueDeclare, name: String) {
        guard !declare.passive else { return }
        order += 1
        recordedQueues[name] = Recorded(
            value: Queue(declare: declare, isServerNamed: declare.queue.isEmpty), order: order)
    }

    mutating func record(_ bind: QueueBind) {
        order += 1
        recordedQueueBindings[bind] = order
    }

    mutating func record(_ bind: ExchangeBind) {
        order += 1
        recordedExchangeBindings[bind] = order
    }

    // MARK: Forgetting, so that nothing deleted comes back

    mutating func forgetExchange(_ name: String) {
        recordedExchanges[name] = nil
        let sources =
            recordedExchangeBindings.keys.filter { $0.destination == name }.map(\.source)
        recordedQueueBindings = recordedQueueBindings.filter { $0.key.exchange != name }
        recordedExchangeBindings = recordedExchangeBindings.filter {
            $0.key.source != name && $0.key.destination != name
        }
        for source in sources { dropIfUnused(source) }
    }

    mutating func forgetQueue(_ name: String) {
        recordedQueues[name] = nil
        let sources = recordedQueueBindings.keys.filter { $0.queue == name }.map(\.exchange)
        recordedQueueBindings = recordedQueueBindings.filter { $0.key.queue != name }
        for source in sources { dropIfUnused(source) }
    }

    mutating func forget(_ bind: QueueBind) {
        if recordedQueueBindings.removeValue(forKey: bind) != nil { dropIfUnused(bind.exchange) }
    }

    mutating func forget(_ bind: ExchangeBind) {
        if recordedExchangeBindings.removeValue(forKey: bind) != nil { dropIfUnused(bind.source) }
    }

    /// The broker closed the whole connection when it was asked for this. Twice is no accident: then it is forgotten, so
    /// that it is not asked for for ever.
    ///
    /// - Returns: Whether it is forgotten.
    mutating func blame(_ entity: TopologyEntity) -> Bool {
        guard !blamed.insert(entity).inserted else { return false }
        forget(entity)
        return true
    }

    /// It was declared again without harm.
    mutating func absolve(_ entity: TopologyEntity) {
        blamed.remove(entity)
    }

    mutating func forget(_ entity: TopologyEntity) {
        switch entity {
        case .exchange(let name): forgetExchange(name)
        case .queue(let name): forgetQueue(name)
        case .queueBinding(let queue, let exchange, let key, let arguments):
            forget(QueueBind(queue: queue, exchange: exchange, routingKey: key, arguments: arguments))
        case .exchangeBinding(let destination, let source, let key, let arguments):
            forget(ExchangeBind(destination: destination, source: source, routingKey: key, arguments: arguments))
        case .consumer, .channel: break
        }
    }

    /// Our last consumer of a queue is cancelled: an auto-deleted queue went with it.
    mutating func lastConsumerEnded(of queue: String) {
        if recordedQueues[queue]?.value.declare.autoDelete == true { forgetQueue(queue) }
    }

    /// The broker deletes an auto-deleted exchange with its last binding.
    private mutating func dropIfUnused(_ exchange: String) {
        guard recordedExchanges[exchange]?.value.autoDelete == true,
            !recordedQueueBindings.keys.contains(where: { $0.exchange == exchange }),
            !recordedExchangeBindings.keys.contains(where: { $0.source == exchange })
        else { return }
        forgetExchange(exchange)
    }

    mutating func renameQueue(_ old: String, to new: String) {
        guard old != new, let queue = recordedQueues.removeValue(forKey: old) else { return }
        recordedQueues[new] = queue
        for (bind, order) in recordedQueueBindings where bind.queue == old {
            recordedQueueBindings[bind] = nil
            var bind = bind
            bind.queue = new
            recordedQueueBindings[bind] = order
        }
    }

    // MARK: What to declare again, in the order of declaration

    func exchanges(_ scope: TopologyScope) -> [ExchangeDeclare] {
        recordedExchanges.values.filter { scope.includes(isTransient: $0.value.isTransient) }
            .sorted { $0.order < $1.order }.map(\.value)
    }

    func queues(_ scope: TopologyScope) -> [(name: String, queue: Queue)] {
        recordedQueues.filter { scope.includes(isTransient: $0.value.value.declare.isTransient) }
            .sorted { $0.value.order < $1.value.order }.map { ($0.key, $0.value.value) }
    }

    func queueBindings(_ scope: TopologyScope) -> [QueueBind] {
        recordedQueueBindings.filter { bind, _ in
            scope.includes(isTransient: isTransient(queue: bind.queue) || isTransient(exchange: bind.exchange))
        }.sorted { $0.value < $1.value }.map(\.key)
    }

    func exchangeBindings(_ scope: TopologyScope) -> [ExchangeBind] {
        recordedExchangeBindings.filter { bind, _ in
            scope.includes(isTransient: isTransient(exchange: bind.source) || isTransient(exchange: bind.destination))
        }.sorted { $0.value < $1.value }.map(\.key)
    }

    private func isTransient(queue: String) -> Bool { recordedQueues[queue]?.value.declare.isTransient == true }
    private func isTransient(exchange: String) -> Bool { recordedExchanges[exchange]?.value.isTransient == true }
}

extension TopologyScope {
    fileprivate func includes(isTransient: Bool) -> Bool {
        switch self {
        case .all: true
        case .transientOnly: isTransient
        case .none: false
        }
    }
}

extension QueueDeclare {
    /// Whether it goes with its connection, its consumers or its broker.
    fileprivate var isTransient: Bool { !durable || exclusive || autoDelete }
}

extension ExchangeDeclare {
    fileprivate var isTransient: Bool { !durable || autoDelete }
}
