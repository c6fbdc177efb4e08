/// No strategy has that name.
public struct UnknownStrategy: Error, Hashable, CustomStringConvertible {
    public let text: String

    public var description: String {
        let names = StrategyName.allCases.map(\.description).joined(separator: ", ")
        return "there is no strategy \"\(text)\"; there are \(names)"
    }
}
