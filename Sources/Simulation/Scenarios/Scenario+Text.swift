extension Scenario {
    /// Reads a scenario as people write it, one statement per line:
    ///
    /// ```
    /// # One of ten nodes is ten times slower.
    /// nodes 10
    /// node 10 speed 0.1
    /// load 0.7
    /// service exponential 1
    /// tasks 200_000
    /// strategies round-robin p2c pull
    /// ```
    ///
    /// Nodes count from 1. What is not said has the value that `Scenario()` has.
    ///
    /// - Parameter readFile: Returns what is in a file, for `arrivals trace FILE`.
    public init(
        parsing text: some StringProtocol,
        readFile: @escaping (String) throws -> String = { _ in throw NoFiles() }
    ) throws(ScenarioError) {
        var parser = ScenarioParser(readFile: readFile)
        self = try parser.parse(text)
    }

    /// There is nothing to read traces with.
    public struct NoFiles: Error, CustomStringConvertible {
        public init() {}
        public var description: String { "no files are read here" }
    }
}
