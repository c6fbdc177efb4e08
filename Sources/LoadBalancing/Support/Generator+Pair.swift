extension Generator {
    /// Two different numbers from 0 up to, but not including, `bound`, each pair as likely as any other.
    ///
    /// Twice 0 if `bound` is below 2.
    @inlinable
    mutating func pair(below bound: Int) -> (Int, Int) {
        guard bound > 1 else { return (0, 0) }
        let first = below(bound)
        let second = below(bound - 1)
        return (first, second >= first ? second + 1 : second)
    }
}
