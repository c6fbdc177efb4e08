internal import AMQPClient
internal import ArgumentParser
internal import BrokerPool

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Which broker.
struct ConnectionOptions: ParsableArguments, Sendable {
    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp(
            "A node of the broker, as amqp://user:password@host:port/vhost. May be repeated.",
            discussion: "Without it AMQP_URL counts, several separated by commas; else amqp://localhost.",
            valueName: "uri"))
    var url: [String] = []

    @Option(name: .long, help: ArgumentHelp("Seconds to wait for a connection.", valueName: "seconds"))
    var connectTimeout: Double = 10

    @Flag(
        name: .long,
        help: ArgumentHelp(
            "Every IP address of a host name is a node of its own.",
            discussion: "Names are looked up again every 30 seconds, and nodes come and go with the answers."))
    var resolve = false

    mutating func validate() throws {
        guard connectTimeout > 0, connectTimeout < 86_400 else {
            throw ValidationError("--connect-timeout is a number of seconds above 0")
        }
    }

    /// What --url or AMQP_URL names.
    func addresses() throws(AMQPError) -> [BrokerAddress] {
        guard !url.isEmpty else {
            return try BrokerAddress.list(ProcessInfo.processInfo.environment["AMQP_URL"] ?? "amqp://localhost")
        }
        var addresses: [BrokerAddress] = []
        for uri in url { addresses += try BrokerAddress.list(uri) }
        return addresses
    }

    func pool(
        name: String,
        balancing: Balancing = .init(),
        output: OutputOptions,
        nodes: [BrokerAddress]? = nil,
        _ change: (inout AMQPConnection.Options) -> Void = { _ in }
    ) throws -> BrokerPool {
        var options = AMQPConnection.Options(connectionName: name)
        options.connectTimeout = .seconds(connectTimeout)
        let notes = ConnectionNotes(output)
        options.onEvent = { notes.note($0) }
        change(&options)
        do throws(AMQPError) {
            let nodes = if let nodes { nodes } else { try addresses() }
            return try BrokerPool(nodes, balancing: balancing, options: options, logger: output.logger)
        } catch {
            throw CommandFailure(error)
        }
    }

    /// Runs `body` with a pool whose nodes, with --resolve, come and go as the name server says.
    func withPool<Result: Sendable>(
        name: String,
        balancing: Balancing,
        output: OutputOptions,
        _ body: (BrokerPool) async throws -> Result
    ) async throws -> Result {
        guard resolve else { return try await body(try pool(name: name, balancing: balancing, output: output)) }
        do {
            let nodes = ResolvedAddresses(of: try addresses(), timeout: .seconds(connectTimeout))
            let pool = try pool(
                name: name, balancing: balancing, output: output, nodes: try await nodes.addresses())
            let following = Task { try await pool.follow(nodes) }
            defer { following.cancel() }
            return try await body(pool)
        } catch let error as AMQPError {
            throw CommandFailure(error)
        }
    }

    /// Connects, runs `body`, and closes the connection however that ends.
    func withConnection<Result: Sendable>(
        name: String,
        output: OutputOptions,
        _ body: (AMQPConnection) async throws -> Result
    ) async throws -> Result {
        do {
            let connection = try await pool(name: name, output: output).connect()
            do {
                let result = try await body(connection)
                await connection.close()
                return result
            } catch {
                await connection.close()
                throw error
            }
        } catch let error as AMQPError {
            throw CommandFailure(error)
        }
    }
}
