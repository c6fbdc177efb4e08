/// A scenario that comes with the simulator, as text, so that it can be shown, copied and changed.
public struct NamedScenario: Hashable, Sendable {
    public var name: String
    public var text: String

    /// What it shows, in a line.
    public var summary: String {
        text.split(separator: "\n").first { $0.hasPrefix("summary ") }.map { String($0.dropFirst(8)) } ?? ""
    }

    public func scenario() throws(ScenarioError) -> Scenario {
        try Scenario(parsing: text)
    }
}

extension NamedScenario {
    public static let all: [NamedScenario] = [
        NamedScenario(
            name: "equal",
            text: """
                summary Ten equal nodes at load 0.9: how close to one shared queue (pull) does each strategy come?
                nodes 10
                load 0.9
                service exponential 1
                tasks 1_000_000
                """),
        NamedScenario(
            name: "document",
            text: """
                summary Round robin and random, the document's first methods, and what knowing the load is worth, with three nodes
                nodes 3
                load 0.9
                service exponential 1
                tasks 1_000_000
                strategies random round-robin least-outstanding pull
                """),
        NamedScenario(
            name: "one-slow",
            text: """
                summary One of ten nodes is ten times slower, and nobody says so
                nodes 10
                node 10 speed 0.1
                load 0.7
                service exponential 1
                tasks 200_000
                """),
        NamedScenario(
            name: "weights",
            text: """
                summary Three nodes of speeds 4, 2 and 1, with weights that say so
                nodes 3
                node 1 speed 4 weight 4
                node 2 speed 2 weight 2
                node 3 speed 1 weight 1
                load 0.8
                service exponential 1
                tasks 300_000
                """),
        NamedScenario(
            name: "slow-period",
            text: """
                summary Linkerd's experiment: one of 11 nodes takes 2 s instead of 167 ms for half a minute; who answers within 1 s?
                nodes 11 parallel unlimited
                rate 1000
                arrivals regular
                service normal 167ms 5ms
                tasks 60_000
                limit 1s
                fault 1 slow 11.976 15s..45s
                strategies random round-robin least-outstanding p2c peak-ewma adaptive
                """),
        NamedScenario(
            name: "outage",
            text: """
                summary A node dies and is back half a minute later: what it held is done by the others
                nodes 5
                load 0.6
                service exponential 100ms
                delay 1ms
                tasks 6_000
                fault 2 down 30s..60s
                health on
                """),
        NamedScenario(
            name: "silence",
            text: """
                summary A node stands still for ten seconds without a word, and clients wait two seconds for an answer
                nodes 5
                load 0.6
                service exponential 100ms
                delay 1ms
                timeout 2s
                tasks 6_000
                fault 2 paused 30s..40s
                health on
                """),
        NamedScenario(
            name: "prefetch",
            text: """
                summary One worker, 4 ms per task, 50 ms away from its queue: a prefetch of 26 keeps it busy 88 % of the time
                nodes 1
                arrivals once
                service exponential 4ms
                delay 50ms
                prefetch 26
                tasks 20_000
                strategies pull
                """),
        NamedScenario(
            name: "burst",
            text: """
                summary Tasks come in bursts: for 10 units of time far more than the nodes can do, then none for 10
                nodes 10
                load 0.7
                arrivals bursts 10 10
                service exponential 1
                tasks 500_000
                """),
        NamedScenario(
            name: "long-tasks",
            text: """
                summary A few tasks take a hundred times as long as most (bounded Pareto)
                nodes 10
                load 0.7
                service pareto 1.5 0.4 100
                tasks 500_000
                """),
        NamedScenario(
            name: "batch",
            text: """
                summary A thousand tasks are there from the beginning: when is the last one done?
                nodes 10
                arrivals once
                service exponential 1
                tasks 1000
                seeds 20
                """),
        NamedScenario(
            name: "thousand-nodes",
            text: """
                summary A thousand nodes and ten million tasks
                nodes 1000
                load 0.9
                service exponential 1
                tasks 10_000_000
                seeds 1
                """),
        NamedScenario(
            name: "ten-thousand-nodes",
            text: """
                summary Ten thousand nodes and ten million tasks
                nodes 10_000
                load 0.9
                service exponential 1
                tasks 10_000_000
                seeds 1
                strategies random p2c least-outstanding adaptive pull
                """),
    ]

    public static subscript(name: String) -> NamedScenario? {
        all.first { $0.name == name }
    }
}
