internal import Dispatch

/// The lines of standard input, at most ``capacity`` read ahead.
struct StandardInputLines: AsyncSequence, Sendable {
    typealias Element = String
    typealias Failure = Never

    static let capacity = 1024

    func makeAsyncIterator() -> Iterator {
        let (stream, continuation) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .unbounded)
        let credit = DispatchSemaphore(value: Self.capacity)
        // A thread of its own: readLine blocks, and Swift's own threads must not.
        DispatchQueue(label: "warren.standard-input").async {
            while let line = readLine() {
                credit.wait()
                if case .terminated = continuation.yield(line) { break }
            }
            continuation.finish()
        }
        return Iterator(lines: stream.makeAsyncIterator(), credit: credit)
    }

    struct Iterator: AsyncIteratorProtocol {
        fileprivate var lines: AsyncStream<String>.Iterator
        fileprivate let credit: DispatchSemaphore

        mutating func next() async -> String? { await next(isolation: #isolation) }

        mutating func next(isolation actor: isolated (any Actor)?) async -> String? {
            let line = await lines.next(isolation: actor)
            if line != nil { credit.signal() }
            return line
        }
    }
}
