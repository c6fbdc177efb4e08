/// Message ids of one publisher: 64 random bits, so that no two publishers meet, and the message's number.
///
/// The number makes a `basic.return` attributable without a table: the broker sends the properties back and nothing
/// else that names the message.
package struct MessageIDs: Sendable {
    private let prefix: String

    package init() {
        var generator = SystemRandomNumberGenerator()
        let hex = String(generator.next(), radix: 36)
        prefix = "w" + hex + "-"
    }

    package func id(_ number: UInt64) -> String {
        prefix + String(number, radix: 36)
    }

    func number(of id: String) -> UInt64? {
        guard id.hasPrefix(prefix) else { return nil }
        return UInt64(id.dropFirst(prefix.count), radix: 36)
    }
}
