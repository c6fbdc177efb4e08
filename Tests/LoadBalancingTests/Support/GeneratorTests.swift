import LoadBalancing
import Testing

@Suite struct GeneratorTests {
    @Test func theSameSeedGivesTheSameNumbers() {
        var one = Generator(seed: 7)
        var same = Generator(seed: 7)
        var other = Generator(seed: 8)
        let numbers = (0..<100).map { _ in one.next() }
        #expect(numbers == (0..<100).map { _ in same.next() })
        #expect(numbers != (0..<100).map { _ in other.next() })
    }

    /// Values of the authors' C programs for splitmix64 with seed 0, through xoshiro256** worked by hand for the first:
    /// rotl(s1 * 5, 7) * 9 with s1 = 0x6E789E6AA1B965F4.
    @Test func theFirstNumberIsThatOfXoshiro() {
        var generator = Generator(seed: 0)
        let second: UInt64 = 0x6E78_9E6A_A1B9_65F4
        let product = second &* 5
        #expect(generator.next() == ((product << 7) | (product >> 57)) &* 9)
    }

    @Test func everyNumberBelowABoundIsAsLikely() {
        var generator = Generator(seed: 3)
        let counts = (0..<70_000).map { _ in generator.below(7) }.histogram(7)
        // 99.9 % quantile of chi-square with 6 degrees of freedom.
        #expect(chiSquare(counts, expected: Array(repeating: 10_000, count: 7)) < 22.5)
    }

    @Test(arguments: [Int.min, -1, 0, 1]) func aBoundWithoutChoiceGivesZero(bound: Int) {
        var generator = Generator(seed: 1)
        #expect(generator.below(bound) == 0)
    }

    @Test func largeBoundsAreKept() {
        var generator = Generator(seed: 1)
        let numbers = (0..<1000).map { _ in generator.below(.max) }
        #expect(numbers.allSatisfy { $0 >= 0 })
        #expect(numbers.contains { $0 > .max / 2 })
    }

    @Test func unitIsAtLeastZeroAndBelowOne() {
        var generator = Generator(seed: 5)
        let numbers = (0..<10_000).map { _ in generator.unit() }
        #expect(numbers.allSatisfy { $0 >= 0 && $0 < 1 })
        #expect(abs(numbers.sum / 10_000 - 0.5) < 0.01)
    }
}
