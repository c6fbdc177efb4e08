import Testing

@testable import AMQPClient

@Suite struct CloseReasonTests {
    struct Case: Sendable {
        var text: String
        var argument: String
        var received: String
        var current: String
    }

    @Test(arguments: [
        Case(
            text:
                "PRECONDITION_FAILED - inequivalent arg 'durable' for queue 'task_queue' in vhost '/': received 'false' but current is 'true'",
            argument: "durable", received: "false", current: "true"),
        Case(
            text:
                "PRECONDITION_FAILED - inequivalent arg 'x-max-priority' for queue 'q' in vhost '/': received the value '5' of type 'long' but current is none",
            argument: "x-max-priority", received: "5", current: "nothing"),
        Case(
            text:
                "PRECONDITION_FAILED - inequivalent arg 'x-queue-type' for queue 'q' in vhost 'a/b': received none but current is the value 'quorum' of type 'longstr'",
            argument: "x-queue-type", received: "nothing", current: "quorum"),
        Case(
            text:
                "PRECONDITION_FAILED - inequivalent arg 'type' for exchange 'logs' in vhost '/': received 'direct' but current is 'fanout'",
            argument: "type", received: "direct", current: "fanout"),
    ])
    func aMismatchNamesArgumentAndBothValues(_ expected: Case) throws {
        let mismatch = try #require(DeclarationMismatch(text: expected.text))
        #expect(mismatch.argument == expected.argument)
        #expect(mismatch.received == expected.received)
        #expect(mismatch.current == expected.current)
        let error = AMQPError.channelClosed(by: .init(code: 406, text: expected.text))
        for part in [expected.argument, expected.received, expected.current] { #expect(error.message.contains(part)) }
        #expect(error.remedy != nil)
    }

    @Test func otherTextsAreLeftAlone() {
        #expect(DeclarationMismatch(text: "PRECONDITION_FAILED - unknown delivery tag 7") == nil)
        let error = AMQPError.channelClosed(by: .init(code: 404, text: "NOT_FOUND - no queue 'x' in vhost '/'"))
        #expect(error.message.contains("no queue 'x'") && error.remedy != nil)
    }
}
