import LoadBalancing
import Testing

@testable import BrokerPool

/// What a pool makes of numbers from the management API, without one.
@Suite struct ReportsTests {
    private func reports(_ depths: [Int?]) -> NodeBoard.Reports {
        var reports = NodeBoard.Reports()
        for (index, depth) in depths.enumerated() {
            reports.byNode[NodeID(index)] = .init(hasAlarm: false, depth: depth)
        }
        return reports
    }

    private static let cases: [(depths: [Int?], parts: [Double])] = [
        ([0, 0], [1, 1]), ([50, 0], [0.83, 1]), ([10_000, 0], [0.5, 1]), ([10_000, 0, 0], [0.34, 1, 1]),
        ([700, nil], [1, 1]), ([nil, nil], [1, 1]),
    ]

    @Test(arguments: cases.indices)
    func whereMoreWaitsLessGoes(index: Int) {
        let (depths, parts) = Self.cases[index]
        let reports = reports(depths)
        for (index, part) in parts.enumerated() {
            #expect(abs(reports.part(of: NodeID(index)) - part) < 0.01)
        }
    }

    @Test func queuesAreRememberedUpToALimit() {
        var reports = NodeBoard.Reports()
        for number in 0..<5000 { #expect(reports.leader(of: "\(number)") == nil) }
        #expect(reports.queues.count == NodeBoard.Reports.mostQueues)
        reports.leaders["1"] = NodeID(2)
        #expect(reports.leader(of: "1") == NodeID(2))
    }
}
