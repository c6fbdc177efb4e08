/// What went wrong, as a code to decide by, a sentence to read and, where there is one, the remedy.
///
/// A new ``Code`` may be added in a minor version; switch over it with a `default`.
public struct AMQPError: Error, Sendable {
    /// Behind one reference, because every typed throw and every `Result` has room for it, on the paths where nothing
    /// goes wrong too.
    private var details: Details

    /// `@unchecked Sendable`: written only while one `AMQPError` alone refers to it.
    private final class Details: @unchecked Sendable {
        var fields: Fields
        init(_ fields: Fields) { self.fields = fields }
    }

    fileprivate struct Fields: Sendable, Equatable {
        var code: Code
        var message: String
        var remedy: String?
        var reply: ServerReply?
    }

    public init(_ code: Code, _ message: String, remedy: String? = nil, reply: ServerReply? = nil) {
        details = Details(Fields(code: code, message: message, remedy: remedy, reply: reply))
    }

    fileprivate var fields: Fields {
        _read { yield details.fields }
        _modify {
            if !isKnownUniquelyReferenced(&details) { details = Details(details.fields) }
            yield &details.fields
        }
    }

    public var code: Code {
        get { fields.code }
        set { fields.code = newValue }
    }

    /// What happened, in one sentence; never a password or a message body.
    public var message: String {
        get { fields.message }
        set { fields.message = newValue }
    }

    /// What to do about it, if Warren knows.
    public var remedy: String? {
        get { fields.remedy }
        set { fields.remedy = newValue }
    }

    /// The reply code and text of the server, when it was the server that refused.
    public var reply: ServerReply? {
        get { fields.reply }
        set { fields.reply = newValue }
    }
}

extension AMQPError: Equatable {
    public static func == (a: AMQPError, b: AMQPError) -> Bool { a.fields == b.fields }
}

extension AMQPError {
    /// The kind of failure.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String {
            case invalidURI, invalidArgument, unsupported
            case connectFailed, tlsFailed, authenticationFailed, virtualHostRefused, handshakeFailed
            case connectionLost, connectionClosed, channelClosed, noChannelLeft
            case timeout, cancelled, blocked
            case malformedFrame, consumerCancelled, leaseLost, alreadySettled, notRouted
        }

        private let kind: Kind

        private init(_ kind: Kind) { self.kind = kind }

        /// An address that is not an AMQP URI.
        public static let invalidURI = Code(.invalidURI)
        /// An argument that AMQP or RabbitMQ cannot take; nothing was sent.
        public static let invalidArgument = Code(.invalidArgument)
        /// Something that this version of Warren, or the server, does not do.
        public static let unsupported = Code(.unsupported)
        /// No TCP connection: name not found, refused, unreachable.
        public static let connectFailed = Code(.connectFailed)
        /// No TLS: above all a certificate that is not to be trusted. Nothing of the login was sent.
        public static let tlsFailed = Code(.tlsFailed)
        /// User, password or mechanism refused (403 at login). Trying again does not help.
        public static let authenticationFailed = Code(.authenticationFailed)
        /// The virtual host does not exist or the user may not use it (530).
        public static let virtualHostRefused = Code(.virtualHostRefused)
        /// The peer is not an AMQP 0-9-1 server, or the handshake broke off.
        public static let handshakeFailed = Code(.handshakeFailed)
        /// The connection is lost for now and is being recovered. What was under way may or may not have happened.
        public static let connectionLost = Code(.connectionLost)
        /// The connection ended for good: closed from here, by the server, or by a failure that it did not recover from.
        public static let connectionClosed = Code(.connectionClosed)
        /// The channel ended, mostly because the server refused an operation on it.
        public static let channelClosed = Code(.channelClosed)
        /// All channel numbers of the connection are in use.
        public static let noChannelLeft = Code(.noChannelLeft)
        /// The deadline passed before the answer came.
        public static let timeout = Code(.timeout)
        /// The Swift task was cancelled while it waited.
        public static let cancelled = Code(.cancelled)
        /// The server blocks publishing (memory or disk alarm) and the deadline passed.
        public static let blocked = Code(.blocked)
        /// The peer sent bytes that are not AMQP 0-9-1 within the agreed limits.
        public static let malformedFrame = Code(.malformedFrame)
        /// The server ended the consumer, for example because its queue was deleted.
        public static let consumerCancelled = Code(.consumerCancelled)
        /// The delivery belongs to a channel that is gone: the server has taken the message back.
        public static let leaseLost = Code(.leaseLost)
        /// The delivery was settled before.
        public static let alreadySettled = Code(.alreadySettled)

        /// No queue took the request of a remote procedure call.
        public static let notRouted = Code(.notRouted)

        public var description: String { kind.rawValue }
    }

    /// A `channel.close` or `connection.close` of the server.
    public struct ServerReply: Sendable, Equatable {
        /// The reply code, for example 404.
        public var code: UInt16
        /// RabbitMQ's text.
        public var text: String

        public init(code: UInt16, text: String) {
            self.code = code
            self.text = text
        }
    }
}

extension AMQPError: CustomStringConvertible {
    public var description: String {
        guard let remedy else { return message }
        return "\(message). \(remedy)"
    }
}

extension AMQPError {
    package static func malformed(_ message: String) -> AMQPError {
        AMQPError(.malformedFrame, message)
    }

    package static func invalidArgument(_ message: String, remedy: String? = nil) -> AMQPError {
        AMQPError(.invalidArgument, message, remedy: remedy)
    }

    static func tooLarge(_ what: String, room: Int) -> AMQPError {
        .invalidArgument(
            "\(what) does not fit into a frame of \(room) bytes",
            remedy: "Send less in headers or arguments, or raise frame_max on both sides")
    }
}
