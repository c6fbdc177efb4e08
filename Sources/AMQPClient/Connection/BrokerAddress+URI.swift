extension BrokerAddress {
    /// Parses an `amqp://` or `amqps://` URI by RabbitMQ's URI specification and URI query parameters.
    ///
    /// Every part but the scheme may be missing; then it is `guest:guest@localhost`, the scheme's port, and the virtual
    /// host `/`. `amqp://host` means the virtual host `/`, `amqp://host/` the one with the empty name, and `%2f` a slash.
    /// An IPv6 address stands in brackets.
    ///
    /// Query: `heartbeat` (s), `connection_timeout` (ms), `channel_max`, `auth_mechanism` (repeatable); with TLS
    /// `cacertfile`, `certfile`, `keyfile`, `password`, `server_name_indication`, `verify`. `verify=verify_none` is
    /// refused: it has to be `verify=insecure_verify_none`.
    ///
    /// - Throws: ``AMQPError`` with code `invalidURI`; it never quotes the URI, which may hold a password.
    public init(uri: String) throws(AMQPError) {
        let addresses = try URIParser(uri).addresses()
        guard addresses.count == 1, let only = addresses.first else {
            throw .invalidURI("it names several hosts, where one is expected")
        }
        self = only
    }

    /// Parses several: URIs separated by commas, each of which may name several hosts.
    ///
    ///     amqp://user:password@one:5672,two,[::1]:5673/vhost,amqp://three
    ///
    /// - Throws: As ``init(uri:)``.
    public static func list(_ text: String) throws(AMQPError) -> [BrokerAddress] {
        var addresses: [BrokerAddress] = []
        for uri in split(text) { addresses += try URIParser(String(uri)).addresses() }
        return addresses
    }

    /// A comma separates URIs where a scheme follows, otherwise hosts of one. Blanks around a URI do not count.
    private static func split(_ text: String) -> [Substring] {
        var uris: [Substring] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let begin = part.drop(while: \.isWhitespace).lowercased()
            if uris.isEmpty || begin.hasPrefix("amqp://") || begin.hasPrefix("amqps://") {
                uris.append(part)
            } else if let last = uris.popLast() {
                uris.append(text[last.startIndex..<part.endIndex])
            }
        }
        return uris.map { uri in
            let begin = uri.drop(while: \.isWhitespace)
            return begin.prefix(begin.count - begin.reversed().prefix(while: \.isWhitespace).count)
        }.filter { !$0.allSatisfy { $0 == "," || $0.isWhitespace } }
    }
}

/// Takes one URI apart.
private struct URIParser {
    private var address = BrokerAddress()
    private var scheme: Substring
    private var rest: Substring

    init(_ uri: String) throws(AMQPError) {
        let uri = Substring(uri)
        guard let colon = uri.firstRange(of: "://") else { throw .invalidURI("it does not begin with amqp://") }
        scheme = uri[..<colon.lowerBound]
        rest = uri[colon.upperBound...]
    }

    consuming func addresses() throws(AMQPError) -> [BrokerAddress] {
        switch scheme.lowercased() {
        case "amqp": break
        case "amqps":
            address.tls = TLSOptions()
            address.port = BrokerAddress.defaultTLSPort
        default: throw .invalidURI("its scheme is neither amqp nor amqps")
        }
        if rest.contains(where: { $0.isWhitespace || $0 == "#" }) {
            throw .invalidURI("it contains a blank or #, which have to be percent-encoded")
        }
        if let mark = rest.firstIndex(of: "?") {
            try parseQuery(rest[rest.index(after: mark)...])
            rest = rest[..<mark]
        }
        if let slash = rest.firstIndex(of: "/") {
            let path = rest[rest.index(after: slash)...]
            guard !path.contains("/") else {
                throw .invalidURI("its virtual host contains a /, which has to be written %2f")
            }
            // More likely the password has a / in it, and this is where the host stands.
            guard !path.contains("@") else {
                throw .invalidURI("it has an @ after a /; in a password these are written %40 and %2f")
            }
            address.virtualHost = try Self.decode(path, "virtual host")
            rest = rest[..<slash]
        }
        if let at = rest.lastIndex(of: "@") {
            guard !rest[..<at].contains("@") || !rest[..<at].contains(",") else {
                throw .invalidURI("its hosts share one user and password; an @ in these has to be written %40")
            }
            try parseUserInfo(rest[..<at])
            rest = rest[rest.index(after: at)...]
        }
        var addresses: [BrokerAddress] = []
        let hosts = rest.split(separator: ",", omittingEmptySubsequences: false)
        for host in hosts {
            guard hosts.count == 1 || !host.isEmpty else { throw .invalidURI("its list of hosts has an empty place") }
            addresses.append(try parseHost(host))
        }
        return addresses
    }

    private mutating func parseUserInfo(_ text: Substring) throws(AMQPError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        address.credentials.user = try Self.decode(parts[0], "user")
        if parts.count > 1 { address.credentials.password = try Self.decode(parts[1], "password") }
    }

    private func parseHost(_ text: Substring) throws(AMQPError) -> BrokerAddress {
        var address = address
        var name = text
        var portText: Substring?
        if text.first == "[" {
            guard let close = text.firstIndex(of: "]") else { throw .invalidURI("its IPv6 address has no ]") }
            name = text[text.index(after: text.startIndex)..<close]
            let digits = name.prefix { $0 != "%" }
            guard digits.contains(":"), digits.allSatisfy({ $0.isASCII && ($0.isHexDigit || $0 == ":" || $0 == ".") })
            else { throw .invalidURI("what it has in brackets is no IPv6 address") }
            let after = text[text.index(after: close)...]
            guard after.isEmpty || after.first == ":" else { throw .invalidURI("something follows its IPv6 address") }
            if !after.isEmpty { portText = after.dropFirst() }
        } else if let colon = text.firstIndex(of: ":") {
            name = text[..<colon]
            portText = text[text.index(after: colon)...]
        }
        if !name.isEmpty { address.host = try Self.decode(name, "host") }
        guard let portText, !portText.isEmpty else { return address }
        // Digits only: Swift would take a sign as well.
        guard portText.allSatisfy(\.isASCIIDigit), let number = UInt16(portText), number > 0 else {
            throw .invalidURI("its port is not a number from 1 to 65535")
        }
        address.port = Int(number)
        return address
    }

    // MARK: Query

    private mutating func parseQuery(_ text: Substring) throws(AMQPError) {
        for (index, pair) in text.split(separator: "&").enumerated() {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let key = try Self.decode(parts[0], "query")
            let value = parts.count > 1 ? try Self.decode(parts[1], "query") : ""
            switch key {
            case "heartbeat": address.heartbeat = try Self.number(value, key)
            case "channel_max": address.channelMax = try Self.number(value, key)
            case "connection_timeout":
                let milliseconds: UInt32 = try Self.number(value, key)
                // 0 is no limit of its own; nothing waits for ever.
                address.connectionTimeout = milliseconds == 0 ? nil : Int(milliseconds)
            case "auth_mechanism":
                guard let mechanism = SASLMechanism(name: value) else {
                    throw .invalidURI("its auth_mechanism= is neither plain nor external")
                }
                address.mechanisms = (address.mechanisms ?? []) + [mechanism]
            case "cacertfile", "certfile", "keyfile", "password", "server_name_indication", "verify":
                try parseTLS(key, value)
            default:
                // Not quoted: it may be part of a password with a ? or of a passphrase with a & in it.
                throw .invalidURI(
                    "parameter \(index + 1) of its query is not known (heartbeat, connection_timeout, channel_max, "
                        + "auth_mechanism, cacertfile, certfile, keyfile, password, server_name_indication and verify "
                        + "are)")
            }
        }
    }

    private mutating func parseTLS(_ key: String, _ value: String) throws(AMQPError) {
        guard var tls = address.tls else { throw .invalidURI("its query has \(key)=, which needs amqps://") }
        switch key {
        case "cacertfile": tls.authoritiesFile = value
        case "certfile": tls.certificateFile = value
        case "keyfile": tls.privateKeyFile = value
        case "password": tls.privateKeyPassphrase = value
        case "server_name_indication": tls.serverName = value
        default:
            switch value {
            case "verify_peer": tls.verification = .full
            case "insecure_verify_none": tls.verification = .insecureNone
            case "verify_none":
                throw .invalidURI(
                    "verify=verify_none would accept any certificate; if that is what you want, write "
                        + "verify=insecure_verify_none")
            default: throw .invalidURI("its verify= is neither verify_peer nor insecure_verify_none")
            }
        }
        address.tls = tls
    }

    private static func number<N: FixedWidthInteger>(_ text: String, _ key: String) throws(AMQPError) -> N {
        guard text.allSatisfy(\.isASCIIDigit), let number = N(text) else {
            throw .invalidURI("\(key)= is not a number from 0 to \(N.max)")
        }
        return number
    }

    // MARK: Percent-encoding

    private static func decode(_ text: Substring, _ part: String) throws(AMQPError) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(hexDigit), let low = rest.popFirst().flatMap(hexDigit) else {
                throw .invalidURI("its \(part) has a % that two hexadecimal digits do not follow")
            }
            bytes.append(high << 4 | low)
        }
        guard let string = String(validating: bytes, as: UTF8.self) else {
            throw .invalidURI("its \(part) is not UTF-8 after percent-decoding")
        }
        return string
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        Character(UnicodeScalar(byte)).hexDigitValue.map { UInt8($0) }
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}

extension AMQPError {
    /// The sentence does not quote the URI: it may hold a password.
    fileprivate static func invalidURI(_ why: String) -> AMQPError {
        AMQPError(
            .invalidURI, "the broker's address is not an AMQP URI: \(why)",
            remedy: "Write amqp://user:password@host:port/vhost, or amqps:// for TLS")
    }
}
