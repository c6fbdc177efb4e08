import LoadBalancing
import Testing

@testable import Simulation

@Suite struct ExponentialTableTests {
    /// Mean, variance and the parts beyond several points, the tail of the table included.
    @Test func theDistributionIsExponential() {
        var generator = Generator(seed: 3)
        let count = 2_000_000
        var (sum, squares) = (0.0, 0.0)
        let points = [0.1, 0.5, 1, 2, 4, 7.697, 8.5]
        var beyond = points.map { _ in 0 }
        for _ in 0..<count {
            let value = ExponentialTable.shared.draw(using: &generator)
            sum += value
            squares += value * value
            for (place, point) in points.enumerated() where value > point { beyond[place] += 1 }
        }
        let mean = sum / Double(count)
        #expect(abs(mean - 1) < 0.004)
        #expect(abs(squares / Double(count) - mean * mean - 1) < 0.01)
        for (point, found) in zip(points, beyond) {
            let expected = Double.exp(-point) * Double(count)
            #expect(abs(Double(found) - expected) < 4.5 * expected.squareRoot(), "beyond \(point)")
        }
    }
}
