internal import LoadBalancing

/// Draws exponential numbers with mean 1, mostly without a logarithm: the ziggurat of Marsaglia and Tsang (2000) with 256
/// layers.
///
/// The area under `exp(-x)` is cut into layers of equal area, one of which is drawn; 99 of 100 points that are drawn in a
/// layer lie below the curve without looking.
struct ExponentialTable: Sendable {
    static let shared = ExponentialTable()

    private static let layers = 256
    /// Where the lowest layer ends and the tail begins.
    private static let tail = 7.697_117_470_131_05
    /// Of each layer.
    private static let area = 3.949_659_822_581_557e-3

    /// Right ends of the layers, from the lowest up; of the lowest, the width of a rectangle of its area.
    private let ends: [Double]
    /// The curve there.
    private let heights: [Double]

    private init() {
        var ends = [Self.area * Double.exp(Self.tail), Self.tail]
        for layer in 2..<Self.layers {
            ends.append(-Double.log(Self.area / ends[layer - 1] + Double.exp(-ends[layer - 1])))
        }
        ends.append(0)
        self.ends = ends
        heights = ends.map { Double.exp(-$0) }
    }

    @inline(__always)
    func draw(using generator: inout Generator) -> Double {
        let bits = generator.next()
        let layer = Int(bits & 255)
        let x = Double(bits >> 11) * 0x1p-53 * ends[layer]
        return x < ends[layer &+ 1] ? x : drawCarefully(x, layer, using: &generator)
    }

    private func drawCarefully(_ x: Double, _ layer: Int, using generator: inout Generator) -> Double {
        // The tail has the curve's own shape.
        if layer == 0 { return Self.tail - Double.log(1 - generator.unit()) }
        let height = heights[layer] + generator.unit() * (heights[layer + 1] - heights[layer])
        return height < Double.exp(-x) ? x : draw(using: &generator)
    }
}
