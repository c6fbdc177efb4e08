public import LoadBalancing

/// What is compared: ways to share work.
public enum Contender: Hashable, Sendable {
    /// Each task is given to a node as it comes: push.
    case strategy(StrategyName)
    /// Tasks wait in one queue, and nodes take the next one when they can.
    case pull

    /// Those that are compared where none are named. The others need weights or keys to be anything of their own.
    public static let standard: [Contender] =
        [.random, .roundRobin, .weighted, .leastOutstanding, .powerOfTwoChoices, .peakEWMA, .adaptive]
        .map(Contender.strategy) + [.pull]

    /// - Parameter text: A strategy's name, or `pull`.
    public init(_ text: some StringProtocol) throws(UnknownContender) {
        if text.lowercased() == "pull" {
            self = .pull
        } else if let name = try? StrategyName(text) {
            self = .strategy(name)
        } else {
            throw UnknownContender(text: String(text))
        }
    }

    public var name: String {
        switch self {
        case .strategy(let name): name.description
        case .pull: "pull"
        }
    }
}

/// Nothing that could be simulated has that name.
public struct UnknownContender: Error, Hashable, CustomStringConvertible {
    public let text: String

    /// All names there are.
    public static var names: String {
        (StrategyName.allCases.map(\.description) + ["pull"]).joined(separator: ", ")
    }

    public var description: String { "there is no strategy \"\(text)\"; there are \(Self.names)" }
}
