import AMQPClient
import Testing

@Suite(.needsBroker, .timeLimit(.minutes(2))) struct RPCTests {
    @Test func manyCallsFindTheirAnswers() async throws {
        try await withBroker { connection, channel, queue in
            let serving = Task {
                for try await question in try await channel.consume(queue, prefetch: 50) {
                    let number = Int(question.body.text) ?? 0
                    try await channel.reply(to: question, .init("\(number * number)"))
                    try question.ack()
                }
            }
            let client = try await TestBroker.connect().makeRPCClient()
            try await withThrowingTaskGroup { group in
                for number in 0..<200 {
                    group.addTask {
                        let answer = try await client.call(.init("\(number)"), routingKey: queue)
                        #expect(answer.body.text == "\(number * number)")
                    }
                }
                try await group.waitForAll()
            }
            serving.cancel()
            try await client.close()
            let late = await #expect(throws: AMQPError.self) { try await client.call("1", routingKey: queue) }
            #expect(late?.code == .connectionClosed)
        }
    }

    @Test func aCallThatNobodyTakesOrAnswersEnds() async throws {
        try await withBroker { connection, _, queue in
            let client = try await connection.makeRPCClient()
            let nobody = await #expect(throws: AMQPError.self) {
                try await client.call("?", routingKey: freshQueueName())
            }
            #expect(nobody?.code == .notRouted)
            let silent = await #expect(throws: AMQPError.self) {
                try await client.call("?", routingKey: queue, timeout: .milliseconds(200))
            }
            #expect(silent?.code == .timeout)
        }
    }
}
