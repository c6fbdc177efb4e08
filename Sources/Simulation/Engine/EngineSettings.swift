/// What stays the same during a run.
struct EngineSettings {
    let tasks: Double
    /// One way.
    let networkDelay: Double
    let timeout: Double?
    let hasLimit: Bool
    let retries: UInt8
    let speeds: [Double]
    /// When tasks are offered again that every node has refused.
    let retryDelay: Double

    init(_ scenario: Scenario) {
        tasks = Double(scenario.tasks)
        networkDelay = scenario.networkDelay
        timeout = scenario.timeout
        hasLimit = scenario.limit != nil
        retries = UInt8(clamping: scenario.retries)
        speeds = scenario.nodes.map(\.speed)
        retryDelay = scenario.service.mean
    }
}
