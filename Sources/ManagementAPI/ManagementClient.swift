public import AMQPClient

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// RabbitMQ's HTTP API, as far as it tells what AMQP does not: where a queue's leader is, how long the queues are, and
/// which nodes are under an alarm. It needs the plugin `rabbitmq_management` on the broker.
///
///     let management = try ManagementClient(url: "http://localhost:15672", credentials: .guest)
///     let queue = try await management.queue("images.resize")
///     print(queue?.leader ?? "?", queue?.messagesReady ?? 0)
///
/// What it says is up to five seconds old: RabbitMQ collects it at that interval (`collect_statistics_interval`).
public struct ManagementClient: Sendable {
    /// `http://host:15672`, without credentials and path.
    public let url: String
    private let credentials: Credentials
    private let authoritiesFile: String?
    private let timeout: Duration

    public static let defaultPort = 15672
    public static let defaultTLSPort = 15671

    /// The API of the node at an AMQP address: on the same host, with the same user, and with TLS if AMQP has it.
    ///
    /// - Parameters:
    ///   - url: Where it is, if not there.
    ///   - port: `nil` is 15672, or 15671 with TLS.
    ///   - timeout: For each request.
    /// - Throws: ``AMQPError`` with code `invalidURI`.
    public init(
        beside address: BrokerAddress,
        url: String? = nil,
        port: Int? = nil,
        credentials: Credentials? = nil,
        timeout: Duration = .seconds(5)
    ) throws(AMQPError) {
        let host = address.host.contains(":") ? "[\(address.host)]" : address.host
        let usual = address.tls == nil ? ("http", Self.defaultPort) : ("https", Self.defaultTLSPort)
        try self.init(
            url: url ?? "\(usual.0)://\(host):\(port ?? usual.1)", credentials: credentials ?? address.credentials,
            authoritiesFile: address.tls?.authoritiesFile, timeout: timeout)
    }

    /// - Parameters:
    ///   - url: `http://` or `https://`, host and port.
    ///   - authoritiesFile: PEM file of the authorities to trust with `https`, instead of the system's.
    ///   - timeout: For each request.
    /// - Throws: ``AMQPError`` with code `invalidURI`.
    public init(
        url: String,
        credentials: Credentials = .guest,
        authoritiesFile: String? = nil,
        timeout: Duration = .seconds(5)
    ) throws(AMQPError) {
        guard let parsed = URL(string: url), let scheme = parsed.scheme, ["http", "https"].contains(scheme),
            let host = parsed.host(), !host.isEmpty, parsed.user() == nil
        else {
            throw AMQPError(
                .invalidURI, "this is no address of a management API, which is http://host:port or https://host:port",
                remedy: "User and password are those of the broker's address")
        }
        self.url = String(url.reversed().drop { $0 == "/" }.reversed())
        self.credentials = credentials
        self.authoritiesFile = authoritiesFile
        self.timeout = timeout
    }

    // MARK: What it tells

    /// The name of the node that answers.
    public func nodeName() async throws(AMQPError) -> String {
        struct Overview: Decodable { var node: String }
        return try await get("overview", as: Overview.self).node
    }

    /// All nodes of the cluster.
    public func nodes() async throws(AMQPError) -> [ManagedNode] {
        try await get("nodes", as: [ManagedNode].self)
    }

    /// - Returns: `nil` if there is no such queue.
    public func queue(_ name: String, virtualHost: String = "/") async throws(AMQPError) -> ManagedQueue? {
        let path = "queues/\(Self.encode(virtualHost))/\(Self.encode(name))"
        guard let body = try await request(path) else { return nil }
        return try decode(body, as: ManagedQueue.self)
    }

    /// All queues of a virtual host, by name.
    public func queues(virtualHost: String = "/") async throws(AMQPError) -> [ManagedQueue] {
        try await get("queues/\(Self.encode(virtualHost))", as: [ManagedQueue].self).sorted { $0.name < $1.name }
    }

    // MARK: Requests

    private func get<Answer: Decodable>(_ path: String, as type: Answer.Type) async throws(AMQPError) -> Answer {
        guard let body = try await request(path) else {
            throw AMQPError(
                .unsupported, "\(url) knows no /api/\(path)", remedy: "Is this the management API of a RabbitMQ?")
        }
        return try decode(body, as: type)
    }

    private func decode<Answer: Decodable>(_ body: [UInt8], as type: Answer.Type) throws(AMQPError) -> Answer {
        do {
            return try JSONDecoder().decode(type, from: Data(body))
        } catch {
            throw AMQPError(
                .unsupported, "what \(url) answers is not what a RabbitMQ would",
                remedy: "Is this the management API of a RabbitMQ?")
        }
    }

    /// - Returns: `nil` if there is no such thing.
    private func request(_ path: String) async throws(AMQPError) -> [UInt8]? {
        let answer = try await HTTPTransport.get(
            "\(url)/api/\(path)", user: credentials.user, password: credentials.password,
            authoritiesFile: authoritiesFile, timeout: timeout)
        switch answer.status {
        case 200: return answer.body
        case 404: return nil
        case 401, 403:
            throw AMQPError(
                .authenticationFailed, "\(url) does not let user \"\(credentials.user)\" look (HTTP \(answer.status))",
                remedy: "The user needs a tag: rabbitmqctl set_user_tags \(credentials.user) monitoring")
        default:
            throw AMQPError(.unsupported, "\(url) answers with HTTP \(answer.status)")
        }
    }

    /// For one segment of a path: `/`, the usual virtual host, is `%2F`.
    private static func encode(_ segment: String) -> String {
        let hex = Array("0123456789ABCDEF")
        return segment.utf8.reduce(into: "") { text, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                text.append(Character(UnicodeScalar(byte)))
            default: text += "%\(hex[Int(byte >> 4)])\(hex[Int(byte & 15)])"
            }
        }
    }
}
