extension Duration {
    /// For example `0.42 ms`.
    var inMilliseconds: String {
        let microseconds = Int(seconds * 1_000_000)
        return microseconds >= 10_000 ? "\(microseconds / 1000) ms" : "\(Double(microseconds / 10) / 100) ms"
    }
}
