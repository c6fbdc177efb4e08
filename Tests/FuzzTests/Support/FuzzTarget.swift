/// An input, in the parts in which it arrives.
typealias Input = [[UInt8]]

/// Something that reads what others send: it may refuse an input, and must survive it.
protocol FuzzTarget: Sendable {
    /// Also the name of its file in the corpus.
    static var name: String { get }

    /// - Parameter corpus: What to begin with.
    init(corpus: [Input]) throws

    /// The input of that number, mostly one of the corpus with a few changes.
    func input(_ number: Int, _ generator: inout SeededGenerator) -> Input

    /// - Throws: ``Violation`` if something is wrong that is not a crash.
    func run(_ input: Input) async throws
}

/// What a target did that it must never do.
struct Violation: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}
