/// When a node is taken out, for how long, and how it comes back.
public struct HealthPolicy: Hashable, Sendable {
    /// After how many failures in a row a node is taken out: 5, as in Envoy and Finagle. 0 is never.
    public var consecutiveFailures: Int
    /// A node with a smaller part of successes, from 0 to 1, is taken out: 0.8, as in Finagle. 0 is never.
    public var minimumSuccessRate: Double
    /// The seconds over which the success rate is counted: 30, as in Finagle.
    public var successRateWindow: Double
    /// How many answers there must be in the window for the success rate to count: 20.
    ///
    /// Finagle takes 5, which two failures on a quiet node are enough for.
    public var minimumAnswers: Int
    /// Seconds that a node stays out for the first time, and twice as many each further time: 30, as in Envoy.
    public var ejectionTime: Double
    /// The most seconds that a node stays out: 300, as in Envoy.
    public var maximumEjectionTime: Double
    /// If a smaller part of the nodes is fit, health is ignored: 0.5, as in Envoy. 0 is never.
    ///
    /// Most nodes failing at once is rather the fault of something else, and what is left would be overrun.
    public var panicThreshold: Double
    public var slowStart: SlowStart

    public init(
        consecutiveFailures: Int = 5,
        minimumSuccessRate: Double = 0.8,
        successRateWindow: Double = 30,
        minimumAnswers: Int = 20,
        ejectionTime: Double = 30,
        maximumEjectionTime: Double = 300,
        panicThreshold: Double = 0.5,
        slowStart: SlowStart = SlowStart()
    ) {
        self.consecutiveFailures = consecutiveFailures
        self.minimumSuccessRate = minimumSuccessRate
        self.successRateWindow = successRateWindow
        self.minimumAnswers = minimumAnswers
        self.ejectionTime = ejectionTime
        self.maximumEjectionTime = maximumEjectionTime
        self.panicThreshold = panicThreshold
        self.slowStart = slowStart
    }

    func ejectionTime(forEjection number: Int) -> Double {
        max(0, min(ejectionTime * power(2, Double(max(1, number) - 1)), maximumEjectionTime))
    }

    func isPanic(available: Int, of total: Int) -> Bool {
        Double(available) < panicThreshold * Double(total)
    }
}
