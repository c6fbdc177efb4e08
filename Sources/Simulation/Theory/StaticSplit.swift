extension Theory {
    /// How to split tasks at random over nodes of different speeds, so that the mean response time is least: each node
    /// keeps a reserve in proportion to the square root of its speed.
    ///
    /// - Parameters:
    ///   - speeds: Tasks that each node does per unit of time.
    ///   - rate: Tasks that come per unit of time, less than the sum of the speeds.
    /// - Returns: Tasks per unit of time for each node. Nodes too slow to be worth it have 0.
    public static func squareRootSplit(speeds: [Double], rate: Double) -> [Double] {
        let fastestFirst = speeds.indices.sorted { speeds[$0] > speeds[$1] }
        var split = Array(repeating: 0.0, count: speeds.count)
        // The fewest nodes, fastest first, of which the next one would not get anything.
        for count in stride(from: 1, through: speeds.count, by: 1) {
            let used = fastestFirst.prefix(count)
            let reserve = used.reduce(0) { $0 + speeds[$1] } - rate
            let roots = used.reduce(0) { $0 + speeds[$1].squareRoot() }
            let scale = reserve / roots
            guard reserve > 0 else { continue }
            if count < speeds.count, speeds[fastestFirst[count]].squareRoot() > scale { continue }
            for node in used { split[node] = speeds[node] - scale * speeds[node].squareRoot() }
            break
        }
        return split
    }

    /// Mean response time of a split at random, each node being M/M/1.
    ///
    /// - Parameters:
    ///   - split: Tasks per unit of time for each node.
    ///   - speeds: Tasks that each node does per unit of time.
    public static func splitResponse(_ split: [Double], speeds: [Double]) -> Double {
        let rate = split.reduce(0, +)
        guard zip(split, speeds).allSatisfy({ $0 < $1 }), rate > 0 else { return .infinity }
        return zip(split, speeds).reduce(0) { $0 + $1.0 / ($1.1 - $1.0) } / rate
    }
}
