#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Wall and CPU time of this process.
struct ResourceUsage: Sendable {
    var wall: ContinuousClock.Instant
    /// User and system, in microseconds.
    var cpu: Double

    static var now: ResourceUsage {
        var usage = rusage()
        #if canImport(Glibc)
            // RUSAGE_SELF is a C enumerator that Swift does not see as a constant.
            getrusage(__rusage_who_t(0), &usage)
        #else
            getrusage(RUSAGE_SELF, &usage)
        #endif
        func microseconds(_ time: timeval) -> Double { Double(time.tv_sec) * 1e6 + Double(time.tv_usec) }
        return ResourceUsage(wall: .now, cpu: microseconds(usage.ru_utime) + microseconds(usage.ru_stime))
    }
}

struct BenchReport: Encodable, Sendable {
    var mode: String
    var count: Int
    var seconds: Double
    var perSecond: Double
    /// Of this process, per message.
    var cpuMicroseconds: Double
    /// Seconds from publish to delivery.
    var latency: Percentiles?

    struct Percentiles: Encodable, Sendable {
        var p50: Double
        var p90: Double
        var p99: Double
        var p999: Double
        var max: Double
    }

    init(_ mode: String, count: Int, since start: ResourceUsage, latencies: [Double] = []) {
        let end = ResourceUsage.now
        self.mode = mode
        self.count = count
        seconds = start.wall.duration(to: end.wall).seconds
        perSecond = Double(count) / max(seconds, 1e-9)
        cpuMicroseconds = (end.cpu - start.cpu) / Double(max(count, 1))
        let sorted = latencies.sorted()
        guard let last = sorted.last else { return }
        func at(_ share: Double) -> Double { sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))] }
        latency = Percentiles(p50: at(0.5), p90: at(0.9), p99: at(0.99), p999: at(0.999), max: last)
    }

    var text: String {
        var text =
            "\(mode): \(count) messages in \(Self.rounded(seconds)) s, \(Int(perSecond))/s, "
            + "\(Self.rounded(cpuMicroseconds)) µs of client CPU each"
        if let latency {
            func ms(_ seconds: Double) -> String { "\(Self.rounded(seconds * 1000)) ms" }
            text +=
                "\nlatency: p50 \(ms(latency.p50))  p90 \(ms(latency.p90))  p99 \(ms(latency.p99))  "
                + "p99.9 \(ms(latency.p999))  max \(ms(latency.max))"
        }
        return text
    }

    private static func rounded(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }
}
