/// How long the bars of a chart are.
///
/// Where one strategy fails, its times are thousands of times as long as the others'. To show those nevertheless, bars
/// end at twelve times the best 99th percentile, with a mark.
struct ChartScale {
    let end: Double

    init(_ rows: [ComparisonRow]) {
        let tails = rows.map(\.p99.mean).filter { $0 > 0 && $0.isFinite }
        let ends = rows.flatMap { [$0.p99, $0.meanResponse] }.map { $0.mean + ($0.margin ?? 0) }
        let largest = ends.filter(\.isFinite).max() ?? 0
        let cut = 12 * (tails.min() ?? 0)
        end = cut > 0 ? min(largest, cut) : max(largest, 1)
    }

    /// Round numbers from 0 on: steps of 1, 2 or 5 times a power of ten, four to ten of them.
    var ticks: [Double] {
        var step = 1.0
        while end / step < 4 { step /= 10 }
        while end / step >= 40 { step *= 10 }
        if end / step > 20 { step *= 5 } else if end / step > 8 { step *= 2 }
        return (0...10).map { Double($0) * step }.filter { $0 <= end }
    }

    /// From 0 to 1.
    func part(_ value: Double) -> Double { isCut(value) ? 1 : max(value / end, 0) }

    func isCut(_ value: Double) -> Bool { !(value <= end) }
}
