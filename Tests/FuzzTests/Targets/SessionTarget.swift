import NIOCore

@testable import AMQPClient

/// Everything at once: what a server says from `connection.start` on, to a connection that is being used. No socket.
///
/// An empty part is the end of one socket and the beginning of the next; if one comes first of all, the connection
/// recovers.
struct SessionTarget: FuzzTarget {
    static let name = "sessions"
    private let corpus: [Input]
    private let mutation: Mutation
    /// Bytes of all of `corpus`.
    private let size: Int

    init(corpus: [Input]) throws {
        self.corpus = try SeedSessions.all + corpus
        mutation = Mutation(corpus: self.corpus, areFrames: true)
        size = self.corpus.joined().joined().count
    }

    func input(_ number: Int, _ generator: inout SeededGenerator) -> Input {
        guard number.isMultiple(of: 2) else { return mutation(&generator) }
        // Every byte with every other value, if there are inputs enough; otherwise here and there.
        let place = (number / 2) &* 7919 % (size * 255)
        return replacingByte(place / 255, by: UInt8(1 + place % 255))
    }

    private func replacingByte(_ index: Int, by difference: UInt8) -> Input {
        var index = index
        for var input in corpus {
            for part in input.indices {
                if index < input[part].count {
                    input[part][index] ^= difference
                    return input
                }
                index -= input[part].count
            }
        }
        return []
    }

    func run(_ input: Input) async throws {
        _ = try await FuzzSession.play(input, .hasty)
    }
}
