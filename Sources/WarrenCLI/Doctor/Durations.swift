internal import NIOCore

extension TimeAmount {
    static func seconds(_ duration: Duration) -> TimeAmount {
        // A day is the longest that --connect-timeout takes.
        .milliseconds(Int64(min(max(duration.seconds, 0), 86_400) * 1000))
    }
}

extension Duration {
    /// For example `0.42 ms`.
    var inMilliseconds: String {
        let microseconds = Int(seconds * 1_000_000)
        return microseconds >= 10_000 ? "\(microseconds / 1000) ms" : "\(Double(microseconds / 10) / 100) ms"
    }
}
