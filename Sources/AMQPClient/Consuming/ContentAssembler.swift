internal import NIOCore

/// Puts METHOD, HEADER and BODY frames of one channel together, without I/O.
struct ContentAssembler {
    private enum State {
        case idle
        case awaitingHeader(ContentMethod)
        case awaitingBody(Content, missing: Int)
    }

    private var state = State.idle
    private let maximumBodySize: Int

    init(maximumBodySize: Int) {
        self.maximumBodySize = maximumBodySize
    }

    /// Whether another method may come now.
    var isIdle: Bool { if case .idle = state { true } else { false } }

    /// Forgets a message that will not be completed.
    mutating func reset() { state = .idle }

    mutating func begin(_ method: ContentMethod) throws(AMQPError) {
        guard isIdle else { throw .malformed("the server sent a method in the middle of a message") }
        state = .awaitingHeader(method)
    }

    /// - Returns: The message, if its body is empty.
    mutating func header(_ payload: UnsafeRawBufferPointer, arena: WireArena) throws(AMQPError) -> Content? {
        guard case .awaitingHeader(let method) = state else {
            throw .malformed("the server sent a message header that no message preceded")
        }
        let bodySize = try ContentHeader.bodySize(payload: payload)
        guard let missing = Int(exactly: bodySize), missing <= maximumBodySize else {
            throw .malformed("the server announced a message of \(bodySize) bytes; the limit is \(maximumBodySize)")
        }
        let properties: Result<BasicProperties, AMQPError>
        do throws(AMQPError) {
            properties = .success(try ContentHeader(payload: payload, arena: arena).properties)
        } catch {
            properties = .failure(error)
        }
        let content = Content(method: method, properties: properties, body: ByteBuffer())
        guard missing > 0 else {
            state = .idle
            return content
        }
        state = .awaitingBody(content, missing: missing)
        return nil
    }

    /// - Returns: The message, if this was the last part of its body. A body of one frame is not copied.
    mutating func body(_ payload: ByteBuffer) throws(AMQPError) -> Content? {
        guard case .awaitingBody(var content, let missing) = state else {
            throw .malformed("the server sent part of a body that no message announced")
        }
        let size = payload.readableBytes
        guard size <= missing else { throw .malformed("the server sent a longer body than it announced") }
        state = .idle
        if content.body.readableBytes == 0 {
            content.body = payload
        } else {
            content.body.writeImmutableBuffer(payload)
        }
        if size == missing { return content }
        state = .awaitingBody(content, missing: missing - size)
        return nil
    }
}
