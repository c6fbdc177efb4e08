internal import NIOCore

/// The answer to a method.
enum Reply: Sendable {
    case method(Method)
    /// Only `basic.get-ok` has one.
    case content(Content)
}

/// The methods of one channel that wait for their answers, without I/O.
///
/// Answers on a channel come in the order of the questions, so a queue is all the correlation needed. A call that timed
/// out or was cancelled keeps its place: its answer still comes, and must not be taken for that of the next.
struct PendingCalls {
    struct Call {
        var method: MethodID
        var replies: [MethodID]
        var deadline: NIODeadline
        /// Whether a message that answers a call which nobody waits for any more has to be given back.
        var givesBackUnwanted: Bool
        /// Learns of an answer that is wanted in the step that receives it: whoever waits is resumed later, and the
        /// connection may be lost in between.
        var onAnswer: ((Reply) -> Void)?
        let waiter = Waiter<Reply>()
    }

    private var calls = CircularBuffer<Call>()

    mutating func append(
        _ method: MethodID,
        replies: [MethodID],
        deadline: NIODeadline,
        givesBackUnwanted: Bool = false,
        onAnswer: ((Reply) -> Void)? = nil
    ) -> Waiter<Reply> {
        let call = Call(
            method: method, replies: replies, deadline: deadline, givesBackUnwanted: givesBackUnwanted,
            onAnswer: onAnswer)
        calls.append(call)
        return call.waiter
    }

    /// - Returns: Whether a message in the answer has to be given back.
    /// - Throws: If nothing was asked that `id` could answer.
    @discardableResult
    mutating func answer(_ id: MethodID, _ reply: Reply) throws(AMQPError) -> Bool {
        guard let first = calls.first, first.replies.contains(id) else {
            throw .malformed("the server sent method \(id), which answers nothing that was asked")
        }
        calls.removeFirst()
        guard first.waiter.resolve(.success(reply)) else { return first.givesBackUnwanted }
        first.onAnswer?(reply)
        return false
    }

    mutating func fail(_ error: AMQPError) {
        for call in calls { call.waiter.resolve(.failure(error)) }
        calls.removeAll()
    }

    func expire(now: NIODeadline) {
        for call in calls where call.deadline <= now {
            call.waiter.resolve(
                .failure(AMQPError(.timeout, "the server did not answer method \(call.method) in time")))
        }
    }
}
