/// The moment at which the service of an attempt ends.
struct Event {
    var time: Double
    var id: Int32

    @inline(__always)
    init(_ time: Double, _ id: Int32) {
        self.time = time
        self.id = id
    }
}
