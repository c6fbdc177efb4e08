internal import Simulation

/// The ready-made scenarios, with a line each.
enum ScenarioList {
    private struct Line: Encodable {
        var name: String
        var summary: String
    }

    static func print(_ console: Console) {
        if console.json {
            for scenario in NamedScenario.all {
                Console.standardOutput(Console.encode(Line(name: scenario.name, summary: scenario.summary)))
            }
        } else {
            var table = TextTable([("scenario", .left), ("what it shows", .left)])
            for scenario in NamedScenario.all { table.add([scenario.name, scenario.summary]) }
            Console.standardOutput(table.description)
        }
    }
}
