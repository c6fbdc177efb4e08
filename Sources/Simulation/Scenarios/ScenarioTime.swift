/// A time as people write it: `250ms`, `1.5 s` without the space, or a number of any unit.
struct ScenarioTime {
    /// In seconds, if it has a unit.
    let value: Double
    let hasUnit: Bool

    /// Divided by, as 0.001 is not a number that a Double can be.
    private static let units: [(name: String, seconds: Double, divisor: Double)] = [
        ("us", 1, 1e6), ("ms", 1, 1e3), ("min", 60, 1), ("s", 1, 1), ("h", 3600, 1),
    ]

    init?(_ word: Substring) {
        if let unit = Self.units.first(where: { word.hasSuffix($0.name) }) {
            guard let number = ScenarioLine.number(word.dropLast(unit.name.count)) else { return nil }
            value = number * unit.seconds / unit.divisor
            hasUnit = true
        } else {
            guard let number = ScenarioLine.number(word) else { return nil }
            value = number
            hasUnit = false
        }
    }
}

extension ScenarioLine {
    /// - Returns: At least 0.
    func time(at place: Int, _ what: String = "a time such as 0.25 or 250ms") throws(ScenarioError) -> ScenarioTime {
        let word = try word(at: place, what)
        guard let time = ScenarioTime(word), time.value >= 0 else { throw unfit(word, what) }
        return time
    }
}
