extension Engine {
    /// What came out, when there is nothing more to come.
    func report() -> RunReport {
        let histogram = measurements.histogram
        let measured = Double(histogram.count) + Double(measurements.failures)
        // What is still open can no longer end: nothing else would happen.
        return RunReport(
            tasks: tally.arrived,
            lost: tally.lost + tally.open,
            duplicated: tally.duplicated,
            meanResponse: histogram.count > 0 ? measurements.responseSum / Double(histogram.count) : 0,
            p50: histogram.quantile(0.5),
            p99: histogram.quantile(0.99),
            p999: histogram.quantile(0.999),
            largestResponse: histogram.largest,
            success: settings.hasLimit && measured > 0 ? Double(measurements.withinLimit) / measured : nil,
            meanWait: measurements.waits > 0 ? measurements.waitSum / Double(measurements.waits) : 0,
            totalWork: nodes.reduce(0) { $0 + $1.busyTime },
            makespan: tally.lastEnd,
            efficiency: efficiency,
            nodes: nodeReports(),
            occupancy: occupancy())
    }

    private var efficiency: Double? {
        guard nodes.allSatisfy(\.isLimited) else { return nil }
        let slots = nodes.reduce(0) { $0 + Double($1.slots) }
        guard tally.lastEnd > 0 else { return 1 }
        return nodes.reduce(0) { $0 + $1.busyTime } / slots / tally.lastEnd
    }

    private func nodeReports() -> [NodeReport] {
        let finished = nodes.reduce(0) { $0 + $1.finished }
        return nodes.map { node in
            let slots = node.isLimited ? Double(node.slots) : 1
            return NodeReport(
                tasks: node.finished,
                share: finished > 0 ? Double(node.finished) / Double(finished) : 0,
                utilisation: tally.lastEnd > 0 ? node.busyTime / slots / tally.lastEnd : 0)
        }
    }

    /// Sums from above, so that each says "so many or more".
    private func occupancy() -> [Double] {
        let counts = measurements.occupancies
        let looks = Double(max(1, counts.reduce(0, +)))
        var atLeast: [Double] = []
        var sum = 0
        for count in counts.reversed() {
            sum += count
            atLeast.append(Double(sum) / looks)
        }
        return atLeast.reversed()
    }
}
