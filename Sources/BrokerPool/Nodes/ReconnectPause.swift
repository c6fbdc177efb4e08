/// How long to wait before a node is tried again that cannot be connected to at all; what recovery of a connection that
/// was there waits is ``Backoff``.
package enum ReconnectPause {
    /// Half a second at most at first, so that a restarted broker is back at once; later up to 20 s. Evenly drawn, so
    /// that many clients do not come at the same moment.
    ///
    /// - Parameter failures: Attempts that failed since the last one that did not.
    package static func after(failures: Int) -> Duration {
        .random(in: .milliseconds(10)...min(.seconds(20), .milliseconds(failures < 20 ? 500 : 500 * (failures - 18))))
    }
}

extension Duration {
    /// Evenly drawn.
    package static func random(in range: ClosedRange<Duration>) -> Duration {
        range.lowerBound + (range.upperBound - range.lowerBound) * Double.random(in: 0...1)
    }
}
