import Foundation
import Subprocess
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// `warren simulate`, which needs no broker.
@Suite(.timeLimit(.minutes(3))) struct SimulateTests {
    private func simulate(_ arguments: String...) async throws -> WarrenProcess.Result {
        try await WarrenProcess.runList(["simulate"] + arguments, url: "amqp://127.0.0.1:1")
    }

    private func objects(_ result: WarrenProcess.Result) throws -> [[String: Any]] {
        try result.lines.map { try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]) }
    }

    private static let keys: Set = [
        "strategy", "nodes", "load", "tasks", "meanResponse", "p50", "p99", "p999", "totalWork", "makespan",
        "efficiency", "lost", "duplicated",
    ]

    // MARK: Results

    @Test func anObjectPerStrategyWithTheContractsKeys() async throws {
        let result = try await simulate(
            "--strategy", "round-robin,pull", "--nodes", "3", "--load", "0.5", "--tasks", "2000", "--seed", "7",
            "--json")
        #expect(result.status == .exited(0), "\(result.error)")
        let objects = try objects(result)
        #expect(objects.map { $0["strategy"] as? String } == ["round-robin", "pull"])
        for object in objects {
            #expect(Set(object.keys) == Self.keys)
            #expect(object["nodes"] as? Int == 3 && object["tasks"] as? Int == 2000)
            #expect(object["load"] as? Double == 0.5 && object["lost"] as? Int == 0)
            #expect(try #require(object["meanResponse"] as? Double) > 0.9)
        }
    }

    @Test func whatIsNotKnownIsNull() async throws {
        let result = try await simulate(
            "--scenario", "slow-period", "--strategy", "p2c", "--tasks", "500", "--seeds", "1", "--json")
        let object = try #require(try objects(result).first)
        #expect(Set(object.keys) == Self.keys)
        #expect(object["load"] is NSNull && object["efficiency"] is NSNull)
    }

    @Test func theSameSeedGivesTheSameNumbers() async throws {
        let arguments = ["simulate", "--strategy", "p2c", "--tasks", "1000", "--json", "--seed"]
        func output(seed: String) async throws -> String {
            try await WarrenProcess.runList(arguments + [seed], url: "amqp://127.0.0.1:1").output
        }
        let first = try await output(seed: "5")
        #expect(try await output(seed: "5") == first)
        #expect(try await output(seed: "6") != first)
    }

    @Test func aTableForPeople() async throws {
        let result = try await simulate("--tasks", "1000", "--seeds", "2")
        #expect(result.status == .exited(0), "\(result.error)")
        #expect(result.lines.first?.hasPrefix("strategy ") == true)
        let strategies = [
            "random", "round-robin", "weighted", "least-outstanding", "p2c", "peak-ewma", "adaptive", "pull",
        ]
        #expect(result.lines.dropFirst().map { String($0.prefix { $0 != " " }) } == strategies)
        #expect(result.lines.dropFirst().allSatisfy { $0.contains(" ± ") })
        #expect(result.error.contains("10 equal nodes at load 0.9"))
        #expect(!result.error.contains("\r"), "a bar is for terminals")
    }

    @Test func barsAreOfASCIIWithoutUTF8() async throws {
        let result = try await Subprocess.run(
            WarrenProcess.executable,
            arguments: ["simulate", "--tasks", "1000", "--strategy", "p2c,pull", "--chart", "--quiet"],
            environment: .inherit.updating(["LC_ALL": "C"]), output: .string(limit: 65536),
            error: .string(limit: 65536))
        let bars = result.standardOutput.split(separator: "\n").filter { $0.contains("#") }
        #expect(bars.count == 4 && result.standardOutput.utf8.allSatisfy { $0 < 128 })
        #expect(result.standardError.isEmpty)
    }

    @Test func theSVGIsWellFormed() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(freshQueueName()).svg")
        defer { try? FileManager.default.removeItem(at: file) }
        let result = try await simulate("--tasks", "1000", "--svg", file.path(percentEncoded: false))
        #expect(result.status == .exited(0), "\(result.error)")
        let parser = XMLParser(data: try Data(contentsOf: file))
        #expect(parser.parse())
    }

    // MARK: Scenarios

    @Test func readyMadeScenariosAreListed() async throws {
        let lines = try await simulate("--list").lines
        #expect(lines.contains { $0.hasPrefix("one-slow  ") && $0.hasSuffix("ten times slower, and nobody says so") })
        let objects = try objects(try await simulate("--list", "--json"))
        #expect(objects.count == lines.count - 1 && objects.allSatisfy { Set($0.keys) == ["name", "summary"] })
    }

    @Test func aScenarioThatWasShownIsTheSameAsAFile() async throws {
        let shown = try await simulate("--scenario", "one-slow", "--show")
        try await withFile(shown.output) { path in
            let arguments = ["--strategy", "adaptive", "--tasks", "1000", "--json", "--quiet"]
            let fromFile = try await WarrenProcess.runList(["simulate", "--scenario", path] + arguments, url: "")
            let named = try await WarrenProcess.runList(["simulate", "--scenario", "one-slow"] + arguments, url: "")
            #expect(fromFile.status == .exited(0) && fromFile.output == named.output)
        }
    }

    @Test func optionsOverrideTheScenario() async throws {
        let result = try await simulate(
            "--scenario", "one-slow", "--nodes", "12", "--load", "0.2", "--tasks", "300", "--seeds", "1", "--json",
            "--strategy", "random")
        let object = try #require(try objects(result).first)
        #expect(object["nodes"] as? Int == 12 && object["load"] as? Double == 0.2 && object["tasks"] as? Int == 300)
        #expect(result.error.contains("with 12 nodes, load 0.2, 300 tasks"))
    }

    @Test func tracesLieBesideTheirScenario() async throws {
        try await withFile("0\n1 2\n1.5\n") { trace in
            let name = trace.split(separator: "/").last.map(String.init) ?? ""
            let scenario = "nodes 2\nservice constant 1\narrivals trace \(name)\nstrategies pull\nseeds 1\n"
            try await withFile(scenario) { path in
                let result = try await simulate("--scenario", path, "--json")
                #expect(try objects(result).first?["tasks"] as? Int == 3, "\(result.error)")
            }
        }
    }

    @Test func theLineOfABadScenarioIsNamed() async throws {
        try await withFile("nodes 3\n\nload fast\n") { path in
            let result = try await simulate("--scenario", path)
            #expect(result.status == .exited(2) && result.output.isEmpty)
            #expect(result.error.contains("\(path), line 3: \"fast\" does not fit; expected a load such as 0.9"))
        }
    }

    private func withFile(_ text: String, _ body: (String) async throws -> Void) async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(freshQueueName()).txt")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        try await body(file.path(percentEncoded: false))
    }

    // MARK: Bad usage

    @Test(arguments: [
        (["--strategy", "fastest"], "there are adaptive, least-outstanding, p2c, peak-ewma, round-robin, weighted"),
        (["--strategy", "p2c,p2c"], "p2c is there twice"),
        (["--strategy", "p2c,"], "there is no strategy \"\""),
        (["--scenario", "no-such-scenario"], "none of equal, document, one-slow"),
        (["--scenario", "slow-period", "--load", "0.9"], "a load of nodes without limit"),
        (["--scenario", "batch", "--load", "0.9"], "--load says nothing here"),
        (["--scenario", "outage", "--nodes", "1"], "a fault of no node"),
        (["--nodes", "0"], "--nodes"), (["--load", "nan"], "--load"), (["--tasks", "0"], "--tasks"),
        (["--seeds", "0"], "--seeds"), (["--seed", "-1"], "--seed"), (["--chart", "--json"], "--chart"),
        (["--show"], "--scenario"),
    ]) func isRefused(_ arguments: [String], _ says: String) async throws {
        let result = try await WarrenProcess.runList(["simulate"] + arguments, url: "amqp://127.0.0.1:1")
        #expect(result.status == .exited(2) && result.output.isEmpty, "\(result.output)")
        #expect(result.error.contains(says), "\(result.error)")
    }

    @Test func aPictureThatCannotBeWrittenIsAFailure() async throws {
        let result = try await simulate("--tasks", "100", "--strategy", "p2c", "--svg", "/no/such/folder/x.svg")
        #expect(result.status == .exited(1) && result.lines.count == 2)
        #expect(result.error.contains("cannot write /no/such/folder/x.svg"))
    }

    @Test func ctrlCEndsIt() async throws {
        let arguments: Arguments = ["simulate", "--strategy", "p2c", "--tasks", "1000000000"]
        let result = try await Subprocess.run(
            WarrenProcess.executable, arguments: arguments, input: .none, output: .discarded, error: .sequence
        ) { execution in
            var text = ""
            for try await line in execution.standardError.strings() {
                text += line
                if line.contains("one run") { try execution.send(signal: .interrupt) }
            }
            return text
        }
        #expect(result.terminationStatus == .exited(1))
        #expect(result.closureResult.contains("interrupted; there is no result"))
    }
}
