/// The fourteen properties of a message, all optional.
///
/// RabbitMQ acts on ``deliveryMode``, ``priority``, ``expiration`` and ``userID`` and passes the rest through. A string
/// is at most 255 bytes of UTF-8.
public struct BasicProperties: Sendable {
    /// Fourteen fields, most of them empty: behind one reference a copy costs one retain instead of eleven, and equal
    /// properties are mostly the same ones.
    private var storage: Storage

    /// `@unchecked Sendable`: written only while one `BasicProperties` alone refers to it.
    private final class Storage: @unchecked Sendable {
        var fields: Fields
        init(_ fields: Fields) { self.fields = fields }
    }

    struct Fields: Sendable, Hashable {
        var contentType: String?
        var contentEncoding: String?
        var headers: FieldTable?
        var deliveryMode: DeliveryMode?
        var priority: UInt8?
        var correlationID: String?
        var replyTo: String?
        var expiration: String?
        var messageID: String?
        var timestamp: UInt64?
        var type: String?
        var userID: String?
        var appID: String?
        var clusterID: String?
    }

    init(_ fields: Fields) {
        storage = Storage(fields)
    }

    var fields: Fields {
        _read { yield storage.fields }
        _modify {
            if !isKnownUniquelyReferenced(&storage) { storage = Storage(storage.fields) }
            yield &storage.fields
        }
    }

    /// MIME type of the body, for example `application/json`.
    public var contentType: String? {
        get { fields.contentType }
        set { fields.contentType = newValue }
    }

    public var contentEncoding: String? {
        get { fields.contentEncoding }
        set { fields.contentEncoding = newValue }
    }

    public var headers: FieldTable? {
        get { fields.headers }
        set { fields.headers = newValue }
    }

    public var deliveryMode: DeliveryMode? {
        get { fields.deliveryMode }
        set { fields.deliveryMode = newValue }
    }

    /// 0 to 255; what a queue makes of it depends on its type.
    public var priority: UInt8? {
        get { fields.priority }
        set { fields.priority = newValue }
    }

    public var correlationID: String? {
        get { fields.correlationID }
        set { fields.correlationID = newValue }
    }

    public var replyTo: String? {
        get { fields.replyTo }
        set { fields.replyTo = newValue }
    }

    /// Time to live in milliseconds, as decimal digits.
    public var expiration: String? {
        get { fields.expiration }
        set { fields.expiration = newValue }
    }

    public var messageID: String? {
        get { fields.messageID }
        set { fields.messageID = newValue }
    }

    /// Seconds since 1970.
    public var timestamp: UInt64? {
        get { fields.timestamp }
        set { fields.timestamp = newValue }
    }

    public var type: String? {
        get { fields.type }
        set { fields.type = newValue }
    }

    /// RabbitMQ refuses a message whose user is not the connection's (406).
    public var userID: String? {
        get { fields.userID }
        set { fields.userID = newValue }
    }

    public var appID: String? {
        get { fields.appID }
        set { fields.appID = newValue }
    }

    public var clusterID: String? {
        get { fields.clusterID }
        set { fields.clusterID = newValue }
    }

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
        self.init(
            Fields(
                contentType: contentType, contentEncoding: contentEncoding, headers: headers,
                deliveryMode: deliveryMode, priority: priority, correlationID: correlationID, replyTo: replyTo,
                expiration: expiration, messageID: messageID, timestamp: timestamp, type: type, userID: userID,
                appID: appID, clusterID: clusterID))
    }

    /// Delivery mode 2 and nothing else.
    public static let persistent = BasicProperties(deliveryMode: .persistent)

    static let none = BasicProperties()
}

extension BasicProperties: Hashable {
    public static func == (a: BasicProperties, b: BasicProperties) -> Bool {
        a.storage === b.storage || a.fields == b.fields
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(fields)
    }
}

extension BasicProperties: CustomStringConvertible {
    /// The properties that are set.
    public var description: String {
        let set = Mirror(reflecting: fields).children.compactMap { child -> String? in
            let value = Mirror(reflecting: child.value)
            guard value.displayStyle == .optional, let wrapped = value.children.first else { return nil }
            return "\(child.label ?? ""): \(wrapped.value)"
        }
        return "[\(set.joined(separator: ", "))]"
    }
}
