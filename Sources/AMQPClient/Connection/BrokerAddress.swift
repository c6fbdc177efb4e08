#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Where a broker is and how to log in.
///
/// As a URI, ``init(uri:)``:
///
///     amqp://user:password@host:port/vhost?heartbeat=10&connection_timeout=5000
///     amqps://user:password@host:port/vhost?cacertfile=/etc/ca.pem
public struct BrokerAddress: Sendable, Equatable {
    public var host: String
    public var port: Int
    public var credentials: Credentials
    public var virtualHost: String
    /// How to encrypt; `nil` is plain TCP.
    public var tls: TLSOptions?
    /// From `auth_mechanism=`, in the order of preference; `nil` leaves it to ``AMQPConnection/Options``.
    public var mechanisms: [SASLMechanism]?
    /// Seconds, from `heartbeat=`; `nil` leaves it to ``AMQPConnection/Options``.
    public var heartbeat: UInt16?
    /// Milliseconds, from `connection_timeout=`.
    public var connectionTimeout: Int?
    /// From `channel_max=`.
    public var channelMax: UInt16?

    public static let defaultPort = 5672
    public static let defaultTLSPort = 5671

    /// - Parameter port: `nil` is 5672, or 5671 with TLS.
    public init(
        host: String = "localhost",
        port: Int? = nil,
        credentials: Credentials = .guest,
        virtualHost: String = "/",
        tls: TLSOptions? = nil
    ) {
        self.host = host
        self.port = port ?? (tls == nil ? Self.defaultPort : Self.defaultTLSPort)
        self.credentials = credentials
        self.virtualHost = virtualHost
        self.tls = tls
    }

    /// Whether ``host`` is an IP address and not a name.
    var isIPAddress: Bool {
        var v4 = in_addr()
        var v6 = in6_addr()
        return inet_pton(AF_INET, host, &v4) == 1 || inet_pton(AF_INET6, host, &v6) == 1
    }
}

extension BrokerAddress: CustomStringConvertible {
    /// The address without credentials, for messages and logs.
    public var description: String {
        let host = host.contains(":") ? "[\(host)]" : host
        return "\(host):\(port)" + (virtualHost == "/" ? "" : " (virtual host \"\(virtualHost)\")")
    }
}

extension BrokerAddress {
    /// Whether these can be addresses of one connection.
    static func validate(_ addresses: [BrokerAddress], _ options: AMQPConnection.Options) throws(AMQPError) {
        guard !addresses.isEmpty else {
            throw .invalidArgument("there is no broker to connect to", remedy: "Name at least one, as amqp://host")
        }
        let encrypted = addresses.count { $0.tls != nil }
        guard encrypted == 0 || encrypted == addresses.count || options.insecureAllowsMixedTransports else {
            throw .invalidArgument(
                "some of these addresses are with TLS and some without",
                remedy: "Use amqps:// for all, or a failure of one would send the password unencrypted to another; "
                    + "insecureAllowsMixedTransports allows it")
        }
    }
}
