/// The fourteen properties of a message, all optional.
///
/// RabbitMQ acts on ``deliveryMode``, ``priority``, ``expiration`` and ``userID`` and passes the rest through. A string
/// is at most 255 bytes of UTF-8.
public struct BasicProperties: Sendable, Hashable {
    /// MIME type of the body, for example `application/json`.
    public var contentType: String?
    public var contentEncoding: String?
    public var headers: FieldTable?
    public var deliveryMode: DeliveryMode?
    /// 0 to 255; what a queue makes of it depends on its type.
    public var priority: UInt8?
    public var correlationID: String?
    public var replyTo: String?
    /// Time to live in milliseconds, as decimal digits.
    public var expiration: String?
    public var messageID: String?
    /// Seconds since 1970.
    public var timestamp: UInt64?
    public var type: String?
    /// RabbitMQ refuses a message whose user is not the connection's (406).
    public var userID: String?
    public var appID: String?
    public var clusterID: String?

    /// Whether a message in a durable queue survives a restart of the broker.
    public enum DeliveryMode: UInt8, Sendable, Hashable {
        case transient = 1
        case persistent = 2
    }

    public init(
        contentType: String? = nil,
        contentEncoding: String? = nil,
        headers: FieldTable? = nil,
        deliveryMode: DeliveryMode? = nil,
        priority: UInt8? = nil,
        correlationID: String? = nil,
        replyTo: String? = nil,
        expiration: String? = nil,
        messageID: String? = nil,
        timestamp: UInt64? = nil,
        type: String? = nil,
        userID: String? = nil,
        appID: String? = nil,
        clusterID: String? = nil
    ) {
        self.contentType = contentType
        self.contentEncoding = contentEncoding
        self.headers = headers
        self.deliveryMode = deliveryMode
        self.priority = priority
        self.correlationID = correlationID
        self.replyTo = replyTo
        self.expiration = expiration
        self.messageID = messageID
        self.timestamp = timestamp
        self.type = type
        self.userID = userID
        self.appID = appID
        self.clusterID = clusterID
    }

    /// Delivery mode 2 and nothing else.
    public static let persistent = BasicProperties(deliveryMode: .persistent)
}
