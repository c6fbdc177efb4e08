/// A line of a scenario that cannot be understood.
public struct ScenarioError: Error, Hashable, Sendable, CustomStringConvertible {
    /// From 1; 0 for the scenario as a whole.
    public var line: Int
    /// What is wrong: `"fast" is not a number`.
    public var problem: String
    /// What would be right: `a number above 0`.
    public var expected: String

    public var description: String {
        let place = line > 0 ? "line \(line): " : ""
        return "\(place)\(problem); expected \(expected)"
    }
}
