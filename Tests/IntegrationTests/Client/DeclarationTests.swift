import AMQPClient
import Testing

@Suite(.needsBroker, .timeLimit(.minutes(5))) struct DeclarationTests {
    @Test func declaringTheSameTwiceIsFine() async throws {
        try await withBroker { _, channel, queue in
            let info = try await channel.declareQueue(queue)
            #expect(info.name == queue && info.messageCount == 0 && info.consumerCount == 0)
        }
    }

    @Test func declaringItDifferentlyNamesArgumentAndBothValues() async throws {
        // Or 4.3's rule for queues that are not durable would come first.
        try await withBroker {
            $0.checksDeclarations = false
        } _: { connection, _, queue in
            for (arguments, argument, received) in [
                (["x-max-priority": .int32(5)] as FieldTable, "x-max-priority", "5"), ([:], "durable", "false"),
            ] {
                let channel = try await connection.openChannel()
                let error = await #expect(throws: AMQPError.self) {
                    try await channel.declareQueue(queue, durable: argument != "durable", arguments: arguments)
                }
                #expect(error?.reply?.code == 406)
                for part in [queue, argument, "= \(received)", argument == "durable" ? "= true" : "= nothing"] {
                    #expect(error?.message.contains(part) == true, "\(part) in \(error?.message ?? "")")
                }
                // The channel is gone, the connection is not.
                let later = await #expect(throws: AMQPError.self) { try await channel.declareQueue(queue) }
                #expect(later == error, "whoever uses the channel later hears why it is gone")
            }
        }
    }

    @Test func aMissingQueueIsNamed() async throws {
        try await withBroker { connection, _, _ in
            let channel = try await connection.openChannel()
            let error = await #expect(throws: AMQPError.self) {
                try await channel.declareQueue("no.such.queue", passive: true)
            }
            #expect(error?.reply?.code == 404 && error?.message.contains("no.such.queue") == true)
        }
    }

    @Test func exchangesBindingsAndQueuesComeAndGo() async throws {
        try await withBroker { connection, channel, queue in
            let (upper, lower) = (queue + ".upper", queue + ".lower")
            try await channel.declareExchange(upper, type: .topic)
            try await channel.declareExchange(lower, type: .fanout)
            try await channel.declareExchange(upper, passive: true)
            try await channel.bindExchange(lower, to: upper, routingKey: "a.*", arguments: ["k": "v"])
            try await channel.bindQueue(queue, to: lower)
            let publisher = try await connection.makePublisher()
            #expect(try await publisher.publish("yes", exchange: upper, routingKey: "a.b") == .confirmed)
            guard case .returned = try await publisher.publish("no", exchange: upper, routingKey: "b.b") else {
                return #expect(Bool(false))
            }
            #expect(try await channel.purgeQueue(queue) == 1)
            try await channel.unbindQueue(queue, from: lower)
            try await channel.unbindExchange(lower, from: upper, routingKey: "a.*", arguments: ["k": "v"])
            guard case .returned = try await publisher.publish("no", exchange: upper, routingKey: "a.b") else {
                return #expect(Bool(false))
            }
            try await channel.deleteExchange(upper)
            try await channel.deleteExchange(lower)
        }
    }

    @Test func theServerNamesQueues() async throws {
        try await withBroker { _, channel, _ in
            let queue = try await channel.declareQueue(durable: false, exclusive: true).name
            #expect(queue.hasPrefix("amq.gen-"))
            #expect(try await channel.deleteQueue(queue) == 0)
        }
    }

    /// A peer lost replies here, because the question left before anybody waited for the answer.
    @Test func fiveThousandDeclaresOneAfterTheOther() async throws {
        try await withBroker { _, channel, queue in
            for _ in 0..<5000 { try await channel.declareQueue(queue) }
        }
    }

    @Test func fiveThousandDeclaresAtOnce() async throws {
        try await withBroker { _, channel, queue in
            try await withThrowingTaskGroup { group in
                for _ in 0..<5000 { group.addTask { _ = try await channel.declareQueue(queue) } }
                try await group.waitForAll()
            }
        }
    }

    @Test func cancellingACallLeavesTheChannelUsable() async throws {
        try await withBroker { _, channel, queue in
            for _ in 0..<100 {
                let call = Task { try await channel.declareQueue(queue) }
                call.cancel()
                _ = await call.result
            }
            let info = try await channel.declareQueue(queue)
            #expect(info.name == queue)
        }
    }
}
