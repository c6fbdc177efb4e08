/// How to log in.
public struct SASLMechanism: Sendable, Hashable, CustomStringConvertible {
    /// Its name on the wire.
    public let description: String

    /// User and password; an OAuth 2 token goes in as the password.
    public static let plain = SASLMechanism(description: "PLAIN")
    /// By the client certificate of the TLS connection; RabbitMQ needs the plugin `rabbitmq_auth_mechanism_ssl`.
    public static let external = SASLMechanism(description: "EXTERNAL")

    /// The mechanism of that name, in any case; `nil` if Warren does not have it. RabbitMQ's old AMQPLAIN says the same as
    /// PLAIN in another form, and stands for it.
    public init?(name: String) {
        switch name.uppercased() {
        case "PLAIN", "AMQPLAIN": self = .plain
        case "EXTERNAL": self = .external
        default: return nil
        }
    }

    private init(description: String) { self.description = description }

    func response(_ credentials: Credentials) -> LongString {
        switch self {
        case .external: LongString([])
        default: LongString(Array("\0\(credentials.user)\0\(credentials.password)".utf8))
        }
    }
}
