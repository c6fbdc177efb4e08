/// Chooses a node for the next piece of work.
///
/// Strategies are values without I/O or a clock: the live pool and the simulator run the same code.
public protocol Strategy: Sendable {
    /// - Parameter nodes: Those that may be chosen now.
    /// - Returns: One of them, or `nil` if there is none.
    mutating func pick(from nodes: [NodeID]) -> NodeID?
}
