/// What `amqps://` asks of the server, and shows it.
///
/// By default: TLS 1.2 or newer, a certificate that the system's authorities vouch for, and in it the host that was
/// connected to, name or IP address. Whatever is less has `insecure` in its name.
public struct TLSOptions: Sendable, Equatable {
    /// How far the server's certificate is checked.
    public enum Verification: Sendable, Equatable {
        /// Its authority, its validity and its name.
        case full
        /// Anything that the authorities vouch for, whatever host it is made out to.
        case insecureWithoutHostname
        /// Nothing: the connection is encrypted, and whoever is in between can read it.
        case insecureNone
    }

    /// PEM file of the authorities to trust, instead of the system's. `cacertfile=` in a URI.
    public var authoritiesFile: String?
    /// PEM file of the client's certificate, with its chain. `certfile=`.
    public var certificateFile: String?
    /// PEM file of its key. `keyfile=`.
    public var privateKeyFile: String?
    /// Passphrase of the key. `password=`.
    public var privateKeyPassphrase: String?
    /// Name to ask for (SNI) and to expect in the certificate, instead of the host. `server_name_indication=`.
    public var serverName: String?
    public var verification = Verification.full

    public init() {}
}

extension TLSOptions: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "TLSOptions(\(shown))" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: ["options": shown]) }

    /// Everything but the passphrase.
    private var shown: String {
        [
            authoritiesFile.map { "authoritiesFile: \($0)" }, certificateFile.map { "certificateFile: \($0)" },
            privateKeyFile.map { "privateKeyFile: \($0)" },
            privateKeyPassphrase.map { _ in "privateKeyPassphrase: ***" }, serverName.map { "serverName: \($0)" },
            "verification: \(verification)",
        ].compactMap(\.self).joined(separator: ", ")
    }
}
