import AMQPClient
import BrokerPool
import Testing

@Suite struct PoolBadInputTests {
    private func error(_ uris: String, _ change: (inout Balancing) -> Void = { _ in }) -> AMQPError? {
        var balancing = Balancing()
        change(&balancing)
        do throws(AMQPError) {
            _ = try BrokerPool(uris: uris, balancing: balancing)
            return nil
        } catch {
            return error
        }
    }

    @Test func noNodes() throws {
        #expect(throws: AMQPError.self) { try BrokerPool([]) }
    }

    @Test func theSameNodeTwice() {
        let error = error("amqp://Localhost,amqp://other,amqp://localhost:5672")
        #expect(error?.code == .invalidArgument && error?.message.contains("named twice") == true)
    }

    @Test(arguments: [0, -1, .nan, .infinity]) func aWeightThatIsNone(_ weight: Double) throws {
        #expect(error("amqp://a,amqp://b") { $0.weights = [1, weight] }?.code == .invalidArgument)
        let pool = try BrokerPool(uris: "amqp://a")
        #expect(throws: AMQPError.self) { try pool.add(BrokerAddress(host: "b"), weight: weight) }
    }

    @Test func aWeightTooMany() {
        #expect(error("amqp://a") { $0.weights = [1, 2] }?.message.contains("2 weights for 1 nodes") == true)
    }

    @Test func theLastNodeStays() async throws {
        let pool = try BrokerPool(uris: "amqp://a")
        await #expect(throws: AMQPError.self) { try await pool.remove(pool.addresses[0]) }
        try pool.add(BrokerAddress(host: "b"))
        try await pool.remove(pool.addresses[0])
        #expect(pool.addresses.map(\.host) == ["b"])
    }

    /// Nobody listens on port 1.
    @Test func allNodesDown() async throws {
        let pool = try BrokerPool(uris: "amqp://127.0.0.1:1,amqp://127.0.0.2:1")
        let error = await #expect(throws: AMQPError.self) { try await pool.makePublisher() }
        #expect(error?.code == .connectFailed, "\(String(describing: error))")
    }
}
