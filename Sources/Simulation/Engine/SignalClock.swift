/// Events of which there is at most one at a time.
enum Signal: Int, CaseIterable {
    /// The attempt that has been longest on the way to its node gets there.
    case delivery
    /// The answer that has been longest on its way gets to the client.
    case answer
    /// The attempt whose time is up first.
    case deadline
    /// A fault begins or ends.
    case fault
    /// Tasks that no node could be found for are offered again.
    case retry
}

/// When each signal is due.
struct SignalClock {
    private var times = SIMD8<Double>(repeating: .infinity)
    /// When the first of them is due; infinite if none is.
    private(set) var time = Double.infinity
    /// The one that is due first, if one is.
    private(set) var first = Signal.delivery

    /// - Parameter time: `nil` if it is not due any more.
    mutating func set(_ signal: Signal, at time: Double?) {
        times[signal.rawValue] = time ?? .infinity
        self.time = times.min()
        for signal in Signal.allCases where times[signal.rawValue] == self.time {
            first = signal
            break
        }
    }
}
