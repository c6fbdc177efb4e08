internal import ArgumentParser
internal import BrokerPool
internal import Foundation

/// Real killed brokers and cut connections under load, and what a user would have seen of them.
@main
struct ChaosCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "warren-chaos",
        abstract: "Kill the broker and cut connections under load; check that nothing confirmed is lost.",
        discussion: "Exit status: 0 everything held; 1 something did not."
    )

    @Option(help: "How often the broker is killed and started again.") var kills = 20
    @Option(help: "How often a connection is cut.") var reconnects = 1000
    @Option(help: "Messages per second that are published meanwhile.") var rate = 1000
    @Option(help: "Publishing connections, and as many consuming ones.") var clients = 2

    @Option(
        help: "Tasks that flow over three nodes while one of them fails, for a cluster and for brokers of their own.")
    var pool = 100_000
    @Option(help: "Messages by which the shares of three nodes are held against the simulator's, for each strategy.")
    var shares = 30_000

    func run() async throws {
        var holds = true
        if kills > 0 { holds = try await KillRounds(rounds: kills, clients: clients, rate: rate).run() && holds }
        if reconnects > 0 { holds = try await Reconnects(times: reconnects).run() && holds }
        if pool > 0 || shares > 0 {
            for topology in BrokerTopology.allCases {
                holds = try await PoolRounds(tasks: pool, shares: shares, topology: topology).run() && holds
            }
        }
        guard holds else { throw ExitCode(1) }
    }
}

/// Prints a line at once, also into a file: what is known is to be read while the rest runs.
func say(_ line: String) {
    print(line)
    fflush(nil)
}
