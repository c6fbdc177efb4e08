/// A private broker that did not start, or did not stay.
public struct LocalBrokerError: Error, Sendable, CustomStringConvertible {
    /// Cause and remedy.
    public var description: String

    init(_ description: String) {
        self.description = description
    }
}
