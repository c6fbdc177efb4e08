internal import Warren

/// The tutorial's work: as many seconds as the body has dots.
struct DotsHandler: Sendable {
    var dot: Duration

    @Sendable func handle(_ delivery: Delivery, _ context: TaskContext) async throws {
        let dots = delivery.body.bytes.count { $0 == UInt8(ascii: ".") }
        if dots > 0 { try await Task.sleep(for: dot * dots) }
    }
}
