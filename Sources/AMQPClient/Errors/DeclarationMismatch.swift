/// RabbitMQ's text for a declaration that differs from what exists, taken apart:
/// `inequivalent arg 'durable' for queue 'q' in vhost '/': received 'false' but current is 'true'`
struct DeclarationMismatch: Equatable {
    var entity: String
    var argument: String
    var received: String
    var current: String

    init?(text: String) {
        let pattern =
            /inequivalent arg '(?<argument>[^']+)' for (?<entity>\w+ '.*?') in vhost '.*': received (?<received>.+) but current is (?<current>.+)$/
        guard let match = text.firstMatch(of: pattern) else { return nil }
        // `'true'`, `the value '5' of type 'long'`, or `none`.
        func plain(_ value: Substring) -> String {
            value.firstMatch(of: /'([^']*)'/).map { String($0.1) } ?? Self.none
        }
        argument = String(match.argument)
        entity = String(match.entity)
        received = plain(match.received)
        current = plain(match.current)
    }

    var cause: String {
        "\(entity) exists with \(argument) = \(current), but was declared with \(argument) = \(received)"
    }

    var remedy: String {
        let asItIs = current == Self.none ? "without \(argument)" : "with \(argument) = \(current)"
        return "Declare it \(asItIs), take it as it is with a passive declare, or delete it first"
    }

    private static let none = "nothing"
}
