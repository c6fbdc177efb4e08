internal import AMQPClient
internal import NIOConcurrencyHelpers
internal import Warren

/// Says what a worker does, in the tutorial's words or as JSON.
final class WorkPrinter: Sendable {
    private let console: Console
    /// With --exec standard output belongs to the program.
    private let printsBodies: Bool
    private let ready = NIOLockedValueBox(false)

    init(console: Console, printsBodies: Bool) {
        self.console = console
        self.printsBodies = printsBodies
    }

    /// Whether the work had begun.
    var isReady: Bool { ready.withLockedValue { $0 } }

    private struct Line: Encodable {
        var event: String
        var body: String?
        var messageID: String?
        var redelivered: Bool?
        var seconds: Double?
        var error: String?
        var broker: String?
    }

    func print(_ event: WorkerPool.Event) {
        switch event {
        case .ready:
            ready.withLockedValue { $0 = true }
            note(Line(event: "ready"), " [*] Waiting for messages. To exit press CTRL+C")
        case .started(let delivery):
            let again = delivery.redelivered ? " (again)" : ""
            result(line("received", delivery), " [x] Received \(delivery.body.text)\(again)")
        case .finished(let delivery, let outcome, let took):
            var line = line("done", delivery)
            line.seconds = took.seconds
            switch outcome {
            case .done: result(line, " [x] Done")
            case .failed(let error):
                line.event = "failed"
                line.error = "\(error)"
                problem(line, " [!] Failed: \(error)")
            case .givenBack(let error):
                line.event = "given-back"
                line.error = "\(error)"
                problem(line, " [<] Given back: \(error)")
            case .leaseLost(let error):
                line.event = "lease-lost"
                line.error = "\(error)"
                problem(line, " [!] \(error)")
            }
        case .interrupted(let error):
            note(Line(event: "interrupted", error: error.message), " [!] Interrupted: \(error.message)")
        case .moved(let broker):
            note(Line(event: "moved", broker: "\(broker)"), " [*] Moved to \(broker)")
        case .brokerReady(let broker):
            note(Line(event: "broker-ready", broker: "\(broker)"), " [*] \(broker) is there")
        case .brokerLost(let broker, let error):
            note(
                Line(event: "broker-lost", error: error.message, broker: "\(broker)"),
                " [!] \(broker) is not there: \(error.message)")
        case .draining(let running):
            note(Line(event: "draining"), " [*] Finishing \(running) running tasks")
        }
    }

    private struct SummaryLine: Encodable {
        var done: Int
        var failed: Int
        var givenBack: Int
        var leaseLost: Int
        var abandoned: Int
    }

    func print(_ summary: WorkerPool.Summary) {
        let line = SummaryLine(
            done: summary.done, failed: summary.failed, givenBack: summary.givenBack, leaseLost: summary.leaseLost,
            abandoned: summary.abandoned)
        let text = "done \(summary.done) failed \(summary.failed) given back \(summary.givenBack)"
        if console.json { console.result(line, text: text) } else { console.note(" [*] \(text)") }
    }

    private func line(_ event: String, _ delivery: Delivery) -> Line {
        Line(
            event: event, body: delivery.body.text, messageID: delivery.properties.messageID,
            redelivered: delivery.redelivered)
    }

    private func result(_ line: Line, _ text: String) {
        if printsBodies || console.json { console.result(line, text: text) }
    }

    private func problem(_ line: Line, _ text: String) {
        if console.json { console.result(line, text: text) } else { Console.standardError(text) }
    }

    private func note(_ line: Line, _ text: String) {
        if console.json { console.result(line, text: text) } else { console.note(text) }
    }
}
