import LoadBalancing
import Testing

@testable import Simulation

@Suite struct WorkloadTests {
    @Test(
        "Draws have the mean that is said",
        arguments: [
            Distribution.constant(3), .exponential(mean: 3), .uniform(from: 1, to: 5), .normal(mean: 3, deviation: 0.1),
            .normal(mean: 1, deviation: 2), .logNormal(mean: 3, variation: 0.5),
            .hyperExponential(mean: 3, variation: 2), .pareto(shape: 1.5, from: 1, to: 20),
            .pareto(shape: 1, from: 1, to: 20), .pareto(shape: 2, from: 3, to: 3),
        ])
    func means(distribution: Distribution) {
        #expect(distribution.isValid)
        let sampler = Sampler(distribution)
        var generator = Generator(seed: 1)
        let draws = (0..<100_000).map { _ in sampler.draw(using: &generator) }
        expect(draws.reduce(0, +) / 100_000, distribution.mean, within: 0.025)
        #expect(draws.allSatisfy { $0 >= 0 })
    }

    @Test("Draws vary as is said")
    func variations() {
        for distribution in [Distribution.logNormal(mean: 2, variation: 1), .hyperExponential(mean: 2, variation: 2)] {
            let sampler = Sampler(distribution)
            var generator = Generator(seed: 1)
            let draws = (0..<200_000).map { _ in sampler.draw(using: &generator) }
            let variance = draws.reduce(0) { $0 + ($1 - 2) * ($1 - 2) } / 200_000
            let expected = distribution == .logNormal(mean: 2, variation: 1) ? 2.0 : 4
            expect(variance.squareRoot(), expected, within: 0.06)
        }
    }

    @Test("What is no distribution of times is known as such")
    func invalid() {
        let none: [Distribution] = [
            .constant(0), .constant(-1), .exponential(mean: .nan), .exponential(mean: .infinity),
            .uniform(from: -1, to: 3), .uniform(from: 3, to: 1), .normal(mean: -5, deviation: 1),
            .normal(mean: 1, deviation: .infinity), .logNormal(mean: 1, variation: -1),
            .hyperExponential(mean: 1, variation: 0.5), .pareto(shape: 0, from: 1, to: 2),
            .pareto(shape: 1, from: 0, to: 2), .pareto(shape: 1, from: 2, to: 1),
        ]
        for distribution in none { #expect(!distribution.isValid, "\(distribution)") }
    }

    @Test(
        "Tasks come at the rate that is said, in order",
        arguments: [Arrivals.poisson, .regular, .batches(of: 20), .bursts(on: 5, off: 15)])
    func rate(arrivals: Arrivals) {
        var process = ArrivalProcess(arrivals, rate: 10, tasks: 100_000)
        var generator = Generator(seed: 1)
        var last = 0.0
        var count = 0
        while let task = process.next(using: &generator) {
            #expect(task.arrivesAt >= last)
            last = task.arrivesAt
            count += 1
            if case .bursts = arrivals, last.truncatingRemainder(dividingBy: 20) > 5 { Issue.record("in a pause") }
        }
        #expect(count == 100_000)
        expect(last, 10_000, within: 0.03)
    }
}
