/// A line of a scenario or trace, cut into words.
struct ScenarioLine {
    /// From 1.
    let number: Int
    let words: [Substring]

    /// Those that say something: without comments, which begin with `#`, and without empty lines.
    static func lines(of text: some StringProtocol, separators: String = " \t") -> [ScenarioLine] {
        text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .enumerated()
            .map { index, line in
                let content = Substring(line.prefix { $0 != "#" })
                return ScenarioLine(number: index + 1, words: content.split { separators.contains($0) })
            }
            .filter { !$0.words.isEmpty }
    }

    func error(_ problem: String, expected: String) -> ScenarioError {
        ScenarioError(line: number, problem: problem, expected: expected)
    }

    /// - Parameter what: What the word stands for, as in `a node`.
    func word(at place: Int, _ what: String) throws(ScenarioError) -> Substring {
        guard place < words.count else { throw error("the line ends too early", expected: what) }
        return words[place]
    }

    /// Complains about words after those that belong here.
    func end(after count: Int) throws(ScenarioError) {
        guard count < words.count else { return }
        throw error("\"\(words[count])\" is too much", expected: "the end of the line")
    }

    func number(at place: Int, _ what: String, in range: ClosedRange<Double>) throws(ScenarioError) -> Double {
        let word = try word(at: place, what)
        guard let value = Self.number(word), range.contains(value) else { throw unfit(word, what) }
        return value
    }

    func integer(at place: Int, _ what: String, in range: ClosedRange<Int>) throws(ScenarioError) -> Int {
        let word = try word(at: place, what)
        guard let value = Int(word.replacing("_", with: "")), range.contains(value) else { throw unfit(word, what) }
        return value
    }

    func unfit(_ word: Substring, _ what: String) -> ScenarioError {
        error("\"\(word)\" does not fit", expected: what)
    }

    /// Only decimal numbers: Swift would also read `nan`, `inf` and `0x1p3`.
    static func number(_ word: Substring) -> Double? {
        let isPlain = word.allSatisfy { $0.isASCII && ($0.isNumber || ".+-eE".contains($0)) }
        guard isPlain, let value = Double(word), value.isFinite else { return nil }
        return value
    }
}
