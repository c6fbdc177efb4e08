internal import AMQPClient
internal import LoadBalancing
internal import NIOConcurrencyHelpers

/// One message on its way through the nodes, until somebody has it or nobody takes it.
///
/// What to do after each outcome is decided here, without I/O.
final class PooledPublish: Sendable {
    /// What follows an attempt.
    enum Step: Equatable {
        case done(PublishOutcome)
        /// To a node that is not among those, if there is one.
        case again
    }

    private struct State {
        /// Nodes that refused it: asking again would not help.
        var refused: [NodeID] = []
        /// Nodes that were lost with it; they may be back.
        var failed: [NodeID] = []
    }

    let body: MessageBody
    let exchange: String
    let routingKey: String
    let properties: BasicProperties
    let mandatory: Bool
    let key: UInt64?
    let deadline: Instant
    let outcome = Waiter<PublishOutcome>()
    private let state = NIOLockedValueBox(State())

    init(
        body: MessageBody,
        exchange: String,
        routingKey: String,
        properties: BasicProperties,
        mandatory: Bool,
        key: UInt64?,
        deadline: Instant
    ) {
        self.body = body
        self.exchange = exchange
        self.routingKey = routingKey
        self.properties = properties
        self.mandatory = mandatory
        self.key = key
        self.deadline = deadline
    }

    var size: Int { body.count }

    /// What is to be considered in choosing the next node.
    var request: NodeRequest {
        let state = state.withLockedValue { $0 }
        return NodeRequest(
            key: key, queue: exchange.isEmpty ? routingKey : nil, avoiding: state.failed, excluding: state.refused)
    }

    /// - Parameter replays: Whether a message whose fate nobody knows may be published again.
    func step(after outcome: PublishOutcome, on node: NodeID, replays: Bool, now: Instant) -> Step {
        switch outcome {
        case .confirmed, .returned: return .done(outcome)
        case .nacked:
            state.withLockedValue { $0.refused.append(node) }
            return now < deadline ? .again : .done(outcome)
        case .unknown(let error):
            // The broker closed the channel for it, and every other one would.
            guard replays, error.code != .channelClosed, error.code != .cancelled, now < deadline else {
                return .done(outcome)
            }
            state.withLockedValue { $0.failed.append(node) }
            return .again
        }
    }

    /// It was not sent.
    ///
    /// - Returns: Whether another node may take it.
    func mayGoElsewhere(after error: AMQPError, on node: NodeID) -> Bool {
        switch error.code {
        case .connectionLost, .connectionClosed, .channelClosed, .blocked:
            state.withLockedValue { $0.failed.append(node) }
            return true
        default: return false
        }
    }
}

extension PublishOutcome {
    /// What it says of the node. That its connection is lost, and why, the board is told by itself.
    var feedback: Outcome {
        switch self {
        case .confirmed, .returned: .succeeded
        case .nacked: .failed
        case .unknown(let error): error.code == .timeout ? .failed : .abandoned
        }
    }
}
