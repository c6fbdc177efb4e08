/// Where a broker is and how to log in: an `amqp://` URI, taken apart.
///
///     amqp://user:password@host:port/vhost?heartbeat=10&connection_timeout=5000&channel_max=100
///
/// Every part but the scheme may be missing; then it is `guest:guest@localhost:5672` and the virtual host `/`.
/// As RabbitMQ's URI specification has it, `amqp://host` means the virtual host `/`, `amqp://host/` the one with the
/// empty name, and `%2f` a slash. An IPv6 address stands in brackets.
public struct BrokerAddress: Sendable, Equatable {
    public var host: String
    public var port: Int
    public var credentials: Credentials
    public var virtualHost: String
    /// Seconds, from `heartbeat=`; `nil` leaves it to ``AMQPConnection/Options``.
    public var heartbeat: UInt16?
    /// Milliseconds, from `connection_timeout=`.
    public var connectionTimeout: Int?
    /// From `channel_max=`.
    public var channelMax: UInt16?

    public static let defaultPort = 5672

    public init(
        host: String = "localhost",
        port: Int = BrokerAddress.defaultPort,
        credentials: Credentials = .guest,
        virtualHost: String = "/"
    ) {
        self.host = host
        self.port = port
        self.credentials = credentials
        self.virtualHost = virtualHost
    }
}

extension BrokerAddress {
    /// Parses an `amqp://` URI.
    ///
    /// - Throws: ``AMQPError`` with code `invalidURI`, or `unsupported` for `amqps://`, which is not in yet.
    public init(uri: String) throws(AMQPError) {
        self.init()
        guard let scheme = uri.firstRange(of: "://") else {
            throw Self.invalid("it does not begin with amqp://")
        }
        switch uri[..<scheme.lowerBound].lowercased() {
        case "amqp": break
        case "amqps":
            throw AMQPError(
                .unsupported, "TLS (amqps://) is not supported yet",
                remedy: "Use amqp:// on a network you trust, or a TLS tunnel")
        case let other: throw Self.invalid("its scheme is \(other), not amqp")
        }
        var rest = uri[scheme.upperBound...]
        if rest.contains(where: { $0.isWhitespace || $0 == "#" }) {
            throw Self.invalid("it contains a blank or #, which have to be percent-encoded")
        }
        if let mark = rest.firstIndex(of: "?") {
            try parseQuery(rest[rest.index(after: mark)...])
            rest = rest[..<mark]
        }
        if let slash = rest.firstIndex(of: "/") {
            let path = rest[rest.index(after: slash)...]
            guard !path.contains("/") else {
                throw Self.invalid("its virtual host contains a /, which has to be written %2f")
            }
            virtualHost = try Self.decode(path, "virtual host")
            rest = rest[..<slash]
        }
        if let at = rest.lastIndex(of: "@") {
            try parseUserInfo(rest[..<at])
            rest = rest[rest.index(after: at)...]
        }
        try parseHost(rest)
    }

    private mutating func parseUserInfo(_ text: Substring) throws(AMQPError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        credentials.user = try Self.decode(parts[0], "user")
        if parts.count > 1 { credentials.password = try Self.decode(parts[1], "password") }
    }

    private mutating func parseHost(_ text: Substring) throws(AMQPError) {
        var name = text
        var portText: Substring?
        if text.first == "[" {
            guard let close = text.firstIndex(of: "]") else { throw Self.invalid("its IPv6 address has no ]") }
            name = text[text.index(after: text.startIndex)..<close]
            let after = text[text.index(after: close)...]
            guard after.isEmpty || after.first == ":" else { throw Self.invalid("something follows its IPv6 address") }
            if !after.isEmpty { portText = after.dropFirst() }
        } else if let colon = text.firstIndex(of: ":") {
            name = text[..<colon]
            portText = text[text.index(after: colon)...]
        }
        if !name.isEmpty { host = try Self.decode(name, "host") }
        guard let portText, !portText.isEmpty else { return }
        guard let number = UInt16(portText), number > 0 else {
            throw Self.invalid("its port is not a number from 1 to 65535")
        }
        port = Int(number)
    }

    private mutating func parseQuery(_ text: Substring) throws(AMQPError) {
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let key = try Self.decode(parts[0], "query")
            let value = parts.count > 1 ? try Self.decode(parts[1], "query") : ""
            switch key {
            case "heartbeat": heartbeat = try Self.number(value, key)
            case "channel_max": channelMax = try Self.number(value, key)
            case "connection_timeout":
                let milliseconds: UInt32 = try Self.number(value, key)
                connectionTimeout = Int(milliseconds)
            default:
                throw Self.invalid(
                    "its query has \(key)=, which is not known (heartbeat, connection_timeout, channel_max are)")
            }
        }
    }

    private static func number<N: FixedWidthInteger>(_ text: String, _ key: String) throws(AMQPError) -> N {
        guard let number = N(text) else { throw invalid("\(key)= is not a number from 0 to \(N.max)") }
        return number
    }

    private static func decode(_ text: Substring, _ part: String) throws(AMQPError) -> String {
        var bytes: [UInt8] = []
        var rest = Substring(text).utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(hexDigit), let low = rest.popFirst().flatMap(hexDigit) else {
                throw invalid("its \(part) has a % that two hexadecimal digits do not follow")
            }
            bytes.append(high << 4 | low)
        }
        guard let string = String(validating: bytes, as: UTF8.self) else {
            throw invalid("its \(part) is not UTF-8 after percent-decoding")
        }
        return string
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        Character(UnicodeScalar(byte)).hexDigitValue.map { UInt8($0) }
    }

    /// The sentence does not quote the URI: it may hold a password.
    private static func invalid(_ why: String) -> AMQPError {
        AMQPError(
            .invalidURI, "the broker's address is not an AMQP URI: \(why)",
            remedy: "Write amqp://user:password@host:port/vhost")
    }
}

extension BrokerAddress: CustomStringConvertible {
    /// The address without credentials, for messages and logs.
    public var description: String {
        let host = host.contains(":") ? "[\(host)]" : host
        return "\(host):\(port)" + (virtualHost == "/" ? "" : " (virtual host \"\(virtualHost)\")")
    }
}
