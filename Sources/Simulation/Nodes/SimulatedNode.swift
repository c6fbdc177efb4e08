/// A node as the simulator imagines it.
public struct SimulatedNode: Hashable, Sendable {
    /// Work done per unit of time: on a node of speed 0.5 everything takes twice as long.
    public var speed: Double
    /// Tasks that it works on at the same time, each at full speed; `nil` if there is no limit. The others wait in a
    /// line, first come, first served.
    public var parallelism: Int?
    /// What the strategy is told.
    public var weight: Double

    public init(speed: Double = 1, parallelism: Int? = 1, weight: Double = 1) {
        self.speed = speed
        self.parallelism = parallelism
        self.weight = weight
    }
}
