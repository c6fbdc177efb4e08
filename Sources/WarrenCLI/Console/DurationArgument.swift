internal import ArgumentParser

/// A duration on the command line: 500ms, 30s, 5m, 2h, 1d.
struct DurationArgument: ExpressibleByArgument, Sendable {
    var duration: Duration

    init(_ duration: Duration) {
        self.duration = duration
    }

    init?(argument: String) {
        let units: [(suffix: String, milliseconds: Double)] = [
            ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
        ]
        guard let unit = units.first(where: { argument.hasSuffix($0.suffix) }),
            let number = Double(argument.dropLast(unit.suffix.count)), number >= 0
        else { return nil }
        let milliseconds = number * unit.milliseconds
        // RabbitMQ's TTLs are 32 bits of milliseconds: 49 days.
        guard milliseconds <= 4_294_967_295 else { return nil }
        duration = .milliseconds(Int64(milliseconds))
    }

    var milliseconds: Int64 {
        duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
    }

    var defaultValueDescription: String {
        milliseconds % 1000 == 0 ? "\(milliseconds / 1000)s" : "\(milliseconds)ms"
    }
}
