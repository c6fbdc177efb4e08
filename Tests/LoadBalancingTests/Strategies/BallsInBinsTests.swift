import LoadBalancing
import Testing

/// V12, as far as a debug build can do it in a moment; all of it in the slow tests.
@Suite struct BallsInBinsTests {
    static let count = isSlow ? 1_000_000 : 20_000

    @Test(arguments: [(1, isSlow ? 8...10 : 6...9), (2, isSlow ? 4...4 : 3...4), (3, 3...3)])
    func theFullestBinHoldsAsTheorySays(choices: Int, fullest: ClosedRange<Int>) {
        var strategy = PowerOfTwoChoices(choices: choices, withReplacement: true)
        strategy.setWeights(Array(repeating: 1, count: Self.count))
        var generator = Generator(seed: 1)
        var bins = [Int](repeating: 0, count: Self.count)
        for _ in 0..<Self.count {
            guard let node = strategy.pick(key: nil, at: 0, using: &generator) else { continue }
            strategy.started(on: node, at: 0)
            bins[node.index] += 1
        }
        #expect(bins.max().map(fullest.contains) == true)
    }
}
