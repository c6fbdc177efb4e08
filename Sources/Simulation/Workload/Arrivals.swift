/// When tasks come.
public enum Arrivals: Hashable, Sendable {
    /// Independently of each other: the gaps are exponential.
    case poisson
    /// With equal gaps.
    case regular
    /// In groups that come at the same moment; the groups come as in `poisson`.
    case batches(of: Int)
    /// As in `poisson` for a while, then none for a while, with the same rate over all.
    case bursts(on: Double, off: Double)
    /// All at the beginning.
    case atOnce
    /// As recorded.
    case trace(Trace)
}
