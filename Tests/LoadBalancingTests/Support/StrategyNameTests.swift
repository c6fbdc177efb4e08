import LoadBalancing
import Testing

@Suite struct StrategyNameTests {
    @Test(arguments: StrategyName.allCases) func everyNameIsRead(name: StrategyName) throws {
        #expect(try StrategyName(name.description) == name)
        #expect(try StrategyName(name.description.uppercased()) == name)
        #expect(!name.summary.isEmpty && !name.summary.contains("\n"))
    }

    @Test(arguments: [
        "random", "round-robin", "weighted", "least-outstanding", "p2c", "peak-ewma", "adaptive", "weighted-random",
        "hash",
    ])
    func theCommandLinesNamesAreThere(text: String) throws {
        #expect(try StrategyName(text).description == text)
    }

    @Test(arguments: ["", "fastest", "round robin", "p2c "]) func anUnknownNameListsTheOthers(text: String) {
        let error = #expect(throws: UnknownStrategy.self) { try StrategyName(text) }
        #expect(error?.text == text)
        for name in StrategyName.allCases {
            #expect(error?.description.contains(name.description) == true)
        }
    }

    @Test func aVisitorGetsTheTypeItself() {
        struct TypeName: StrategyVisitor {
            func visit(_ strategy: some Strategy) -> String { "\(type(of: strategy))" }
        }
        #expect(StrategyName.default.accept(TypeName()) == "ShortestExpectedDelay")
        #expect(Set(StrategyName.allCases.map { $0.accept(TypeName()) }).count == StrategyName.allCases.count)
    }
}
