import AMQPClient
import AMQPTestSupport
import BrokerPool
import LoadBalancing
import NIOConcurrencyHelpers
import Testing
import Warren

/// Nodes that a provider lists, and that come and go while there is work.
extension OnThreeBrokers {
    @Suite(.serialized) struct FollowedAddressesTests {
        /// A name server whose answers are given.
        private struct Listing: BrokerAddressProvider {
            let answer: NIOLockedValueBox<Result<[BrokerAddress], AMQPError>>

            func addresses() async throws(AMQPError) -> [BrokerAddress] { try answer.withLockedValue { $0 }.get() }
        }

        @Test func publishersAndWorkersFollowTheList() async throws {
            try await IndependentQueues.with { queues in
                let addresses = queues.places.map(\.address)
                let listing = Listing(answer: .init(.success(Array(addresses[..<2]))))
                var balancing = Balancing(topology: .independent, strategy: .roundRobin)
                balancing.health.slowStart.window = 0
                let pool = try await BrokerPool(
                    listing, balancing: balancing, options: TestBroker.options, logger: TestLog.logger)
                let following = Task { try await pool.follow(listing, every: .milliseconds(20)) }
                let (events, ledger) = (WorkerEvents(), TaskLedger())
                let worker = WorkerPool(
                    brokers: pool, queue: QueueDeclaration(QueueName(queues.queue)), options: .init(concurrency: 4),
                    logger: TestLog.logger, onEvent: { events.record($0) }
                ) { delivery, _ in ledger.note(delivery) }
                let working = Task { try await worker.work() }
                let publisher = try await pool.makePublisher()
                for _ in 0..<2 { try await events.next { if case .brokerReady = $0 { true } else { nil } } }

                // A provider that fails, or knows nobody, changes nothing.
                listing.answer.withLockedValue { $0 = .failure(AMQPError(.connectFailed, "no answer")) }
                try await Task.sleep(for: .milliseconds(60))
                listing.answer.withLockedValue { $0 = .success([]) }
                try await Task.sleep(for: .milliseconds(60))
                #expect(pool.addresses == Array(addresses[..<2]))

                listing.answer.withLockedValue { $0 = .success(Array(addresses[1...])) }
                try await events.ready(addresses[2])
                try await publisher.waitUntil { nodes in
                    nodes.map(\.address) == Array(addresses[1...]) && nodes.allSatisfy { $0.condition == .available }
                }
                for number in 0..<60 {
                    #expect(try await publisher.publish(.init("\(number)"), routingKey: queues.queue) == .confirmed)
                }
                while ledger.done.count < 60 { try await Task.sleep(for: .milliseconds(5)) }
                #expect(publisher.status.map(\.published) == [30, 30])

                // The one that left is taken from no more.
                try await queues.places[0].publish(["left"])
                #expect(try await queues.places[0].ready() == 1)
                following.cancel()
                worker.drain()
                #expect(try await working.value.done == 60)
                await publisher.close()
            }
        }

        /// What runs on a broker that is removed is done, and not given back.
        @Test func aBrokerThatIsRemovedIsLeftWithItsTasksDone() async throws {
            try await IndependentQueues.with { queues in
                let pool = try queues.pool()
                let (events, begun, released, ledger) = (WorkerEvents(), Gate(), Gate(), TaskLedger())
                let worker = WorkerPool(
                    brokers: pool, queue: QueueDeclaration(QueueName(queues.queue)), options: .init(concurrency: 3),
                    logger: TestLog.logger, onEvent: { events.record($0) }
                ) { delivery, _ in
                    begun.arrive()
                    await released.opened()
                    ledger.note(delivery)
                }
                let working = Task { try await worker.work() }
                try await events.allReady()
                try await queues.places[0].publish(["0"])
                try await begun.arrivals(1)
                let removing = Task { try await pool.remove(queues.places[0].address) }
                while pool.addresses.count == 3 { await Task.yield() }
                released.open()
                try await removing.value
                #expect(ledger.done == ["0": 1])
                try await queues.places[0].publish(["late"])
                #expect(try await queues.places[0].ready() == 1)
                // The others go on.
                try await queues.places[1].publish((1...20).map(String.init))
                while ledger.done.count < 21 { try await Task.sleep(for: .milliseconds(5)) }
                worker.drain()
                #expect(try await working.value.givenBack == 0)
            }
        }
    }
}

@Suite struct ResolvedAddressesTests {
    @Test func everyAddressOfANameIsANode() async throws {
        let name = try BrokerAddress(uri: "amqps://user:secret@localhost:1234/vhost")
        let found = try await ResolvedAddresses(of: name).addresses()
        #expect(found.map(\.host) == ["127.0.0.1"] && found.map(\.port) == [1234])
        #expect(found.map { $0.tls?.serverName } == ["localhost"], "the certificate is for the name")
        #expect(found.map(\.virtualHost) == ["vhost"])
    }

    @Test func anAddressStandsForItself() async throws {
        let address = try BrokerAddress(uri: "amqps://127.0.0.1")
        #expect(try await ResolvedAddresses(of: address).addresses() == [address])
    }

    @Test func aNameThatNobodyKnowsIsAnError() async throws {
        let provider = ResolvedAddresses(of: BrokerAddress(host: "no-such-host.invalid"))
        let error = await #expect(throws: AMQPError.self) { try await provider.addresses() }
        #expect(error?.code == .connectFailed && error?.message.contains("no-such-host.invalid") == true)
    }
}
