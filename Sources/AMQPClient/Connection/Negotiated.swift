/// What client and server agreed on.
public struct Negotiated: Sendable, Equatable {
    /// Largest frame in bytes, with the frame's own 8.
    public var frameMax: Int
    /// Most channels at a time.
    public var channelMax: UInt16
    /// Seconds; 0 is off.
    public var heartbeat: UInt16
    public var server: ServerInfo
}

/// What the server says of itself.
public struct ServerInfo: Sendable, Equatable {
    /// For example "RabbitMQ".
    public var product: String
    /// For example "3.10.8".
    public var version: String
    public var clusterName: String?
    /// The SASL mechanisms that it offers, in its order.
    public var mechanisms: [String]
    /// ``version``, to compare; `nil` if it is none.
    public var number: ServerVersion? { ServerVersion(version) }
    /// Everything the server sent.
    public var properties: FieldTable

    init(properties: FieldTable, mechanisms: [String] = []) {
        func text(_ key: String) -> String? {
            if case .string(let text) = properties[key] { text } else { nil }
        }
        product = text("product") ?? "unknown"
        version = text("version") ?? "unknown"
        clusterName = text("cluster_name")
        self.properties = properties
        self.mechanisms = mechanisms
    }
}
