@testable import AMQPClient

/// Broker addresses. However damaged, no error quotes the password or the passphrase that is in them.
struct URITarget: FuzzTarget {
    static let name = "uris"
    private let mutation: Mutation

    static let secrets = ["S3cr3t", "Passphr4se"]

    private static let pieces = [
        "://", "@", ":", "/", "?", "&", "=", "%", "%2f", "%40", "[", "]", ",", ",amqp://", "amqps://", "#", " ", "\r\n",
        "\0", "\u{301}", "é", "🐰", "٣", "heartbeat=", "password=", "verify=", "auth_mechanism=plain",
        "channel_max=65536",
        "connection_timeout=0", "::1", "65535", "-1", "%00", "%ff",
    ]

    init(corpus: [Input]) {
        mutation = Mutation(corpus: corpus + Self.pieces.map { [Array($0.utf8)] })
    }

    func input(_ number: Int, _ generator: inout SeededGenerator) -> Input {
        var input = mutation(&generator)
        while generator.isOne(in: 2), !input.isEmpty {
            let piece = Array(generator.pick(Self.pieces).utf8)
            let at = generator.below(input[0].count + 1)
            input[0].replaceSubrange(at..<min(input[0].count, at + generator.below(3)), with: piece)
        }
        return input
    }

    func run(_ input: Input) throws {
        let text = String(decoding: input.joined(), as: UTF8.self)
        do throws(AMQPError) {
            for address in try BrokerAddress.list(text) {
                guard (1...65535).contains(address.port) else { throw .malformed("port \(address.port)") }
                _ = address.isIPAddress
            }
        } catch {
            guard error.code == .invalidURI else { throw Violation("\(error.code): \(error)") }
            for secret in Self.secrets where "\(error) \(String(reflecting: error))".contains(secret) {
                throw Violation("the error quotes \(secret): \(error)")
            }
        }
    }
}
