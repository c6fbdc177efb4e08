/// A mean over several runs, and how far from the truth it may be.
public struct Estimate: Hashable, Sendable {
    public var mean: Double
    /// Half the width of the 95 % confidence interval (Student's t); `nil` for a single run.
    public var margin: Double?

    public init(_ values: [Double]) {
        let count = Double(values.count)
        let mean = values.isEmpty ? 0 : values.reduce(0, +) / count
        self.mean = mean
        guard values.count > 1 else { return }
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
        margin = studentT(degreesOfFreedom: values.count - 1) * (variance / count).squareRoot()
    }
}

/// The quantile 0.975 of Student's t distribution.
///
/// From 11 degrees of freedom on, the expansion around the normal quantile (Cornish and Fisher) is exact to 0.001.
func studentT(degreesOfFreedom: Int) -> Double {
    let table = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228]
    if table.indices.contains(degreesOfFreedom - 1) { return table[degreesOfFreedom - 1] }
    guard degreesOfFreedom > 0 else { return .infinity }
    let z = 1.959964
    let n = Double(degreesOfFreedom)
    let first = (z * z * z + z) / 4
    let second = (5 * z * z * z * z * z + 16 * z * z * z + 3 * z) / 96
    return z + first / n + second / (n * n)
}
