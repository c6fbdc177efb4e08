import LoadBalancing
import Simulation
import Testing

@Suite struct ScenarioParserTests {
    @Test func everyKeyword() throws {
        let scenario = try Scenario(
            parsing: """
                # A comment, and an empty line

                summary Something  to see   # and another comment
                nodes 4 speed 2 parallel 3 weight 5
                node 2..3 speed 0.5 parallel unlimited
                node 4 weight 0
                rate 1000
                arrivals bursts 1s 500ms
                service lognormal 20ms 1.5
                tasks 200_000
                delay 2ms
                timeout 1.5s
                limit 100us
                prefetch 26
                retries 0
                health on
                warmup 5%
                fault 1 slow 12 15s..45s
                fault 2..3 down 1min..
                fault 4 paused 0..1s
                fault 4 blocked 2s..3s
                strategies P2C pull weighted-random
                seeds 3
                """)
        var expected = Scenario()
        expected.summary = "Something to see"
        let slow = SimulatedNode(speed: 0.5, parallelism: nil, weight: 5)
        expected.nodes = [
            SimulatedNode(speed: 2, parallelism: 3, weight: 5), slow, slow,
            SimulatedNode(speed: 2, parallelism: 3, weight: 0),
        ]
        expected.demand = .rate(1000)
        expected.arrivals = .bursts(on: 1, off: 0.5)
        expected.service = .logNormal(mean: 0.02, variation: 1.5)
        expected.tasks = 200_000
        expected.networkDelay = 0.002
        expected.timeout = 1.5
        expected.limit = 1e-4
        expected.prefetch = 26
        expected.retries = 0
        expected.hasHealth = true
        expected.warmUp = .part(0.05)
        expected.faults = [
            Fault(node: 0, .slow(12), from: 15, until: 45), Fault(node: 1, .down, from: 60, until: .infinity),
            Fault(node: 2, .down, from: 60, until: .infinity), Fault(node: 3, .paused, from: 0, until: 1),
            Fault(node: 3, .blocked, from: 2, until: 3),
        ]
        expected.strategies = [.strategy(.powerOfTwoChoices), .pull, .strategy(.weightedRandom)]
        expected.seeds = 3
        expected.unit = .seconds
        #expect(scenario == expected)
        let empty = try Scenario(parsing: "")
        #expect(empty == Scenario())
    }

    @Test(
        "Distributions and arrivals",
        arguments: [
            ("exponential 2", Distribution.exponential(mean: 2)), ("constant 4", .constant(4)),
            ("uniform 1 3", .uniform(from: 1, to: 3)), ("normal 5 1", .normal(mean: 5, deviation: 1)),
            ("lognormal 1 2", .logNormal(mean: 1, variation: 2)),
            ("hyperexponential 1 2", .hyperExponential(mean: 1, variation: 2)),
            ("pareto 1.5 1 100", .pareto(shape: 1.5, from: 1, to: 100)),
        ])
    func services(text: String, service: Distribution) throws {
        let scenario = try Scenario(parsing: "service " + text)
        #expect(scenario.service == service)
    }

    @Test func traces() throws {
        let text = "# time service\n3 0.5\n1\n2, 250ms\n"
        let scenario = try Scenario(parsing: "arrivals trace tasks.txt") { path in
            #expect(path == "tasks.txt")
            return text
        }
        #expect(
            scenario.arrivals
                == .trace(
                    Trace([
                        TracedTask(arrivesAt: 1), TracedTask(arrivesAt: 2, work: 0.25),
                        TracedTask(arrivesAt: 3, work: 0.5),
                    ])))
        #expect(throws: ScenarioError.self) { try Scenario(parsing: "arrivals trace tasks.txt") { _ in "1 2 3" } }
        #expect(throws: ScenarioError.self) { try Scenario(parsing: "arrivals trace tasks.txt") { _ in "soon" } }
        #expect(throws: ScenarioError.self) { try Scenario(parsing: "arrivals trace tasks.txt") }
    }

    @Test(
        "Errors name the line, what is wrong and what is expected",
        arguments: [
            ("nodes 3\nspeed 1", 2, "\"speed\" is not a keyword", "one of summary, nodes"),
            ("nodes", 1, "the line ends too early", "a number of nodes"),
            ("nodes 0", 1, "\"0\" does not fit", "1 to a million"),
            ("nodes many", 1, "\"many\" does not fit", "a number of nodes"),
            ("nodes 3\nnodes 4", 2, "\"nodes\" was said in line 1 already", "once"),
            ("node 1 speed 2\nnodes 3", 2, "comes after", "nodes before node"),
            ("nodes 3 colour 1", 1, "\"colour\" does not fit", "speed NUMBER"),
            ("nodes 3 speed", 1, "too early", "a speed above 0"),
            ("nodes 3 speed -1", 1, "\"-1\" does not fit", "a speed above 0"),
            ("nodes 3 speed nan", 1, "\"nan\" does not fit", "a speed above 0"),
            ("nodes 3 parallel 0", 1, "\"0\" does not fit", "from 1, or unlimited"),
            ("nodes 3\nnode 4 speed 1", 2, "\"4\" does not fit", "a node from 1 to 3"),
            ("nodes 3\nnode 2..1 speed 1", 2, "\"2..1\" does not fit", "as in 1..3"),
            ("nodes 3\nnode 2", 2, "too early", "speed NUMBER"),
            ("load high", 1, "\"high\" does not fit", "a load such as 0.9"),
            ("load 0.9\nrate 3", 2, "there is a load already", "a load or a rate"),
            ("rate 3\nload 0.9", 2, "there is a rate already", "a load or a rate"),
            ("load 0.9 0.8", 1, "\"0.8\" is too much", "the end of the line"),
            ("load 1e999", 1, "\"1e999\" does not fit", "a load"),
            ("load 0x1p3", 1, "\"0x1p3\" does not fit", "a load"),
            ("arrivals now", 1, "\"now\" does not fit", "poisson, regular"),
            ("arrivals batches", 1, "too early", "a number of tasks"),
            ("arrivals bursts 0 1", 1, "bursts without a length", "a time above 0"),
            ("arrivals poisson 3", 1, "\"3\" is too much", "the end"),
            ("service fast 1", 1, "\"fast\" does not fit", "exponential MEAN"),
            ("service exponential 0", 1, "no task can take such a time", "times above 0"),
            ("service uniform 3 1", 1, "no task can take such a time", "the smaller one first"),
            ("service hyperexponential 1 0.5", 1, "\"0.5\" does not fit", "from 1"),
            ("service exponential 1 2", 1, "\"2\" is too much", "the end"),
            ("service exponential 1x", 1, "\"1x\" does not fit", "a time such as"),
            ("service exponential 1\ndelay 5ms", 2, "this time has a unit", "none, as in line 1"),
            ("delay 5ms\nservice exponential 1", 2, "this time has no unit", "a unit such as ms, as in line 1"),
            ("tasks 0", 1, "\"0\" does not fit", "1 to a billion"),
            ("tasks 99999999999999999999", 1, "does not fit", "1 to a billion"),
            ("timeout -1", 1, "\"-1\" does not fit", "a time"),
            ("prefetch 0", 1, "\"0\" does not fit", "from 1"),
            ("retries 256", 1, "\"256\" does not fit", "0 to 255"),
            ("health maybe", 1, "\"maybe\" does not fit", "on or off"),
            ("warmup 100%", 1, "\"100%\" does not fit", "a part of the tasks"),
            ("fault 1 broken 1..2", 1, "\"broken\" does not fit", "slow FACTOR, down"),
            ("fault 1 slow 1..2", 1, "\"1..2\" does not fit", "how many times slower"),
            ("fault 1 down 5", 1, "\"5\" does not fit", "a period such as"),
            ("fault 1 down 5..4", 1, "\"5..4\" does not fit", "a period such as"),
            ("fault 99 down 5..6", 1, "\"99\" does not fit", "a node from 1 to 10"),
            ("strategies", 1, "too early", "some of adaptive"),
            ("strategies p2c clever", 1, "there is no strategy \"clever\"", "some of adaptive"),
            ("strategies p2c p2c", 1, "\"p2c\" is there twice", "once"),
            ("seeds 0", 1, "\"0\" does not fit", "a number of runs"),
            ("nodes 3 parallel unlimited", 0, "a load of nodes without limit", "a rate"),
            ("timeout 0", 0, "a timeout or limit of 0", "more"),
        ])
    func errors(text: String, line: Int, problem: String, expected: String) throws {
        let error = try #require(throws: ScenarioError.self) { try Scenario(parsing: text) }
        #expect(error.line == line)
        #expect(error.problem.contains(problem), "\(error)")
        #expect(error.expected.contains(expected), "\(error)")
        #expect(error.description.hasPrefix("line \(line): ") == (line > 0))
    }

    @Test("Those that come with it can be read, have a summary, and different names", arguments: NamedScenario.all)
    func named(_ named: NamedScenario) async throws {
        var scenario = try named.scenario()
        #expect(!named.summary.isEmpty && named.summary == scenario.summary)
        #expect(NamedScenario[named.name] == named)
        scenario.tasks = min(scenario.tasks, 500)
        scenario.nodes = Array(scenario.nodes.prefix(100))
        #expect(try await scenario.run(.powerOfTwoChoices).tasks == scenario.tasks)
    }
}
