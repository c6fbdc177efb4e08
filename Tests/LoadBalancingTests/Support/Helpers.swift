internal import Foundation

@testable public import LoadBalancing

extension Instant: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
    public init(floatLiteral seconds: Double) { self.init(seconds: seconds) }
    public init(integerLiteral seconds: Int) { self.init(seconds: Double(seconds)) }
}

extension NodeID: ExpressibleByIntegerLiteral {
    public init(integerLiteral index: Int) { self.init(index) }
}

extension Strategy {
    mutating func setWeights(_ weights: [Double]) {
        for (index, weight) in weights.enumerated() { setWeight(weight, of: NodeID(index)) }
    }

    /// The numbers of the nodes that are picked one after the other, without any work.
    mutating func picks(_ count: Int, seed: UInt64 = 1) -> [Int] {
        var generator = Generator(seed: seed)
        return (0..<count).compactMap { _ in pick(key: nil, at: 0, using: &generator)?.index }
    }
}

/// The sum of squared deviations over expectations.
func chiSquare(_ observed: [Int], expected: [Double]) -> Double {
    zip(observed, expected).reduce(0) { $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1) / $1.1 }
}

extension [Int] {
    /// How often each of the numbers 0..<n is in it.
    func histogram(_ n: Int) -> [Int] {
        reduce(into: [Int](repeating: 0, count: n)) { $0[$1] += 1 }
    }
}

/// Whether the slow tests are asked for.
let isSlow = ProcessInfo.processInfo.environment["WARREN_SLOW_TESTS"] == "1"

extension [Double] {
    var sum: Double { reduce(into: 0) { $0 += $1 } }
}
