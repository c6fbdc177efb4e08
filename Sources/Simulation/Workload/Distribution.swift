/// How long tasks take on a node of speed 1, in the scenario's unit of time.
public enum Distribution: Hashable, Sendable {
    case constant(Double)
    case exponential(mean: Double)
    case uniform(from: Double, to: Double)
    /// Draws below 0 are drawn again.
    case normal(mean: Double, deviation: Double)
    /// - Parameter variation: Standard deviation / mean.
    case logNormal(mean: Double, variation: Double)
    /// Two exponentials with balanced means, mixed so that the variation comes out.
    ///
    /// - Parameter variation: Standard deviation / mean, at least 1.
    case hyperExponential(mean: Double, variation: Double)
    /// Pareto's heavy tail, cut off (bounded Pareto).
    case pareto(shape: Double, from: Double, to: Double)

    public var mean: Double {
        switch self {
        case .constant(let value): value
        case .exponential(let mean): mean
        case .uniform(let low, let high): (low + high) / 2
        case .normal(let mean, let deviation): Self.meanAboveZero(mean, deviation)
        case .logNormal(let mean, _), .hyperExponential(let mean, _): mean
        case .pareto(let shape, let low, let high): Self.paretoMean(shape, low, high)
        }
    }

    /// Whether tasks with such times can be simulated: finite, none below 0, and not all 0.
    public var isValid: Bool {
        let isShaped =
            switch self {
            case .constant, .exponential: true
            case .uniform(let low, let high): low >= 0 && high >= low
            // Far below 0, drawing again would take for ever.
            case .normal(let mean, let deviation): mean >= 0 && deviation >= 0
            case .logNormal(_, let variation): variation >= 0 && variation.isFinite
            case .hyperExponential(_, let variation): variation >= 1 && variation.isFinite
            case .pareto(let shape, let low, let high): shape > 0 && low > 0 && high >= low
            }
        return isShaped && mean > 0 && mean.isFinite
    }

    /// The mean of a normal distribution without its part below 0.
    private static func meanAboveZero(_ mean: Double, _ deviation: Double) -> Double {
        guard deviation > 0 else { return mean }
        let zero = -mean / deviation
        let density = Double.exp(-zero * zero / 2) / (2 * Double.pi).squareRoot()
        return mean + deviation * density / (Double.erfc(zero / 2.0.squareRoot()) / 2)
    }

    private static func paretoMean(_ shape: Double, _ low: Double, _ high: Double) -> Double {
        guard high > low else { return low }
        let ratio = low / high
        if shape == 1 { return low / (1 - ratio) * Double.log(high / low) }
        return shape / (shape - 1) * low * (1 - Double.pow(ratio, shape - 1)) / (1 - Double.pow(ratio, shape))
    }
}
