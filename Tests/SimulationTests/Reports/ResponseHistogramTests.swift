import LoadBalancing
import Simulation
import Testing

@Suite struct ResponseHistogramTests {
    @Test("Quantiles are within 1 % of the exact ones, over nine decades")
    func error() {
        var generator = Generator(seed: 1)
        var histogram = ResponseHistogram()
        var values: [Double] = []
        for _ in 0..<20_000 {
            var value = 1e-5
            for _ in 0..<9 { value *= 1 + 9 * generator.unit() }
            values.append(value)
            histogram.record(value)
        }
        values.sort()
        for fraction in [0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 1] {
            let exact = values[Int((fraction * Double(values.count)).rounded(.up)) - 1]
            expect(histogram.quantile(fraction), exact, within: 0.005)
        }
        #expect(histogram.count == 20_000)
        #expect(histogram.largest == values.last)
    }

    @Test("Nothing that is recorded or asked breaks it")
    func oddities() {
        var histogram = ResponseHistogram()
        #expect(histogram.quantile(0.5) == 0)
        for value in [0, -1, .nan, .infinity, 1e300, 1e-300] { histogram.record(value) }
        #expect(histogram.count == 6)
        for fraction in [-1, 0, 0.5, 2, .nan] { _ = histogram.quantile(fraction) }
    }
}
