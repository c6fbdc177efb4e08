/// A moment at which something happens.
struct Event {
    var time: Double
    /// The attempt whose service ends, or one of the signals below 0.
    var id: Int32

    init(_ time: Double, _ id: Int32) {
        self.time = time
        self.id = id
    }

    init(_ time: Double, _ signal: Signal) {
        self.init(time, signal.rawValue)
    }
}

/// Events of which there is at most one at a time.
enum Signal: Int32 {
    /// The attempt that has been longest on the way to its node gets there.
    case delivery = -2
    /// The answer that has been longest on its way gets to the client.
    case answer = -3
    /// The attempt whose time is up first.
    case deadline = -4
    /// A fault begins or ends.
    case fault = -5
    /// Tasks that no node could be found for are offered again.
    case retry = -6
}
