internal import AMQPClient

/// Says on standard error what happens to a connection, so that nobody wonders why nothing moves.
struct ConnectionNotes: Sendable {
    let console: Console

    init(_ output: OutputOptions) {
        console = Console(output)
    }

    func note(_ event: ConnectionEvent) {
        switch event {
        case .lost(let error): console.note("warren: connection lost: \(error.message); connecting again …")
        case .recovered(let address, let took):
            console.note("warren: connected again to \(address) after \(took.rounded)")
        case .notRecovered(let entity, let error): console.note("warren: could not restore the \(entity): \(error)")
        case .channelRestored(_, let error): console.note("warren: went on after \(error.message)")
        case .blocked(let reason):
            console.note("warren: the broker takes no messages (\(reason)); waiting until it does")
        case .unblocked: console.note("warren: the broker takes messages again")
        case .reconnecting, .attemptFailed, .queueRenamed, .secretUpdated, .secretNotUpdated, .ended: break
        }
    }
}

extension Duration {
    /// For people: to a tenth of a second.
    fileprivate var rounded: String {
        let tenths = Int64(self / .milliseconds(100))
        return "\(tenths / 10).\(tenths % 10) s"
    }
}
