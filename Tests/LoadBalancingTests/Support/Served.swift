@testable import LoadBalancing

/// Nodes that serve what a strategy gives them, as simple as can be: work comes at equal distances.
struct Served<S: Strategy> {
    private struct Piece {
        let node: Int
        let start: Double
        let end: Double
    }

    var strategy: S
    /// Seconds per piece of work, which vary by half of that up and down.
    var times: [Double]
    var outcomes: [Outcome]
    /// How much each node got.
    var counts: [Int]
    /// Answers come only at multiples of that.
    var batch = 0.0
    private let isParallel: Bool
    private var freeFrom: [Double]
    private var now = 0.0
    private var pieces: [Piece] = []
    private var generator = Generator(seed: 1)

    init(by strategy: S, times: [Double], isParallel: Bool = false) {
        self.strategy = strategy
        self.times = times
        self.isParallel = isParallel
        outcomes = times.map { _ in .succeeded }
        counts = times.map { _ in 0 }
        freeFrom = times.map { _ in 0 }
        self.strategy.setWeights(times.map { _ in 1 })
    }

    mutating func run(each interval: Double, until end: Double) {
        while now < end {
            now += interval
            finish()
            guard let node = strategy.pick(key: nil, at: Instant(seconds: now), using: &generator) else { return }
            strategy.started(on: node, at: Instant(seconds: now))
            counts[node.index] += 1
            let begin = isParallel ? now : max(now, freeFrom[node.index])
            var done = begin + times[node.index] * (0.5 + generator.unit())
            if batch > 0 { done = (done / batch).rounded(.up) * batch }
            freeFrom[node.index] = done
            let place = pieces.firstIndex { $0.end > done } ?? pieces.count
            pieces.insert(Piece(node: node.index, start: now, end: done), at: place)
        }
    }

    private mutating func finish() {
        let done = pieces.prefix { $0.end <= now }
        for piece in done {
            strategy.finished(
                on: NodeID(piece.node), after: piece.end - piece.start, outcomes[piece.node],
                at: Instant(seconds: piece.end))
        }
        pieces.removeFirst(done.count)
    }
}
