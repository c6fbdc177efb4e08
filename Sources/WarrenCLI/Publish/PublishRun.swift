internal import AMQPClient
internal import BrokerPool
internal import NIOConcurrencyHelpers

/// Publishes everything a source has, and tells how it ended.
struct PublishRun: Sendable {
    var publisher: PoolPublisher
    var routingKey: String
    var properties: BasicProperties
    var rate: Double?
    var console: Console

    struct Report: Encodable, Sendable, CustomStringConvertible {
        var published = 0
        var confirmed = 0
        var returned = 0
        var nacked = 0
        var unknown = 0
        /// Why not everything was confirmed.
        var firstFailure: String?

        var description: String {
            "published \(published) confirmed \(confirmed) returned \(returned) nacked \(nacked) unknown \(unknown)"
        }
    }

    func publish(_ source: BodySource) async throws -> Report {
        let stopped = NIOLockedValueBox(0)
        let progress = ProgressBar("publishing", total: source.total, console: console)
        let pace = rate.map(Pace.init)
        var report = Report()
        var failure: String?

        try await Signals.handling { count in
            stopped.withLockedValue { $0 = count }
        } during: {
            do {
                try await source.forEach { body in
                    guard stopped.withLockedValue({ $0 }) == 0 else {
                        failure = "interrupted; what was published is counted above"
                        return false
                    }
                    try await pace?.wait(before: report.published)
                    try await publisher.publishDeferred(body, routingKey: routingKey, properties: properties)
                    report.published += 1
                    progress.advance()
                    return true
                }
                try await publisher.drain()
            } catch let error as AMQPError {
                failure = error.description
            }
        }
        progress.finish()
        let tally = publisher.tally
        report.confirmed = tally.confirmed
        report.returned = tally.returned
        report.nacked = tally.nacked
        report.unknown = report.published - tally.confirmed - tally.returned - tally.nacked
        report.firstFailure = failure ?? Self.explain(report)
        return report
    }

    private static func explain(_ report: Report) -> String? {
        if report.returned > 0 { return "\(report.returned) messages were returned: no queue took them" }
        if report.nacked > 0 { return "\(report.nacked) messages were refused by the broker. Is the queue full?" }
        if report.unknown > 0 { return "\(report.unknown) messages may or may not have arrived" }
        return nil
    }
}

/// Spreads messages evenly over time.
struct Pace: Sendable {
    private let interval: Duration
    private let start = ContinuousClock.now

    init(perSecond rate: Double) {
        interval = .seconds(1 / rate)
    }

    func wait(before number: Int) async throws {
        try await Task.sleep(until: start + interval * number)
    }
}
