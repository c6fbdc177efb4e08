internal import LoadBalancing

/// Draws from a distribution, with what does not change from draw to draw computed beforehand.
struct Sampler {
    private enum Shape {
        case constant(Double)
        case exponential(mean: Double)
        case uniform(from: Double, width: Double)
        case normal(mean: Double, deviation: Double)
        case logNormal(location: Double, scale: Double)
        case hyperExponential(share: Double, mean: Double, otherMean: Double)
        case pareto(low: Double, cut: Double, exponent: Double)
    }

    private let shape: Shape
    private let exponential = ExponentialTable.shared

    init(_ distribution: Distribution) {
        switch distribution {
        case .constant(let value): shape = .constant(value)
        case .exponential(let mean): shape = .exponential(mean: mean)
        case .uniform(let low, let high): shape = .uniform(from: low, width: high - low)
        case .normal(let mean, let deviation): shape = .normal(mean: mean, deviation: deviation)
        case .logNormal(let mean, let variation):
            let variance = Double.log(1 + variation * variation)
            shape = .logNormal(location: Double.log(mean) - variance / 2, scale: variance.squareRoot())
        case .hyperExponential(let mean, let variation):
            let square = variation * variation
            let share = (1 + ((square - 1) / (square + 1)).squareRoot()) / 2
            shape = .hyperExponential(share: share, mean: mean / (2 * share), otherMean: mean / (2 * (1 - share)))
        case .pareto(let alpha, let low, let high):
            shape = .pareto(low: low, cut: 1 - Double.pow(low / high, alpha), exponent: -1 / alpha)
        }
    }

    func draw(using generator: inout Generator) -> Double {
        switch shape {
        case .constant(let value): return value
        case .exponential(let mean): return mean * exponential.draw(using: &generator)
        case .uniform(let low, let width): return low + width * generator.unit()
        case .normal(let mean, let deviation):
            while true {
                let value = mean + deviation * generator.normal()
                if value >= 0 { return value }
            }
        case .logNormal(let location, let scale):
            return Double.exp(location + scale * generator.normal())
        case .hyperExponential(let share, let mean, let otherMean):
            return (generator.unit() < share ? mean : otherMean) * exponential.draw(using: &generator)
        case .pareto(let low, let cut, let exponent):
            return low * Double.pow(1 - cut * generator.unit(), exponent)
        }
    }
}
