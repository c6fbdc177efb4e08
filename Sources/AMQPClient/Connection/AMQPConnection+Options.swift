extension AMQPConnection {
    /// What a connection asks for and how long it waits. All defaults are finite: nothing waits for ever.
    public struct Options: Sendable {
        /// Shown by the management UI and `rabbitmqctl list_connections`.
        public var connectionName: String
        /// Seconds; 0 asks for none. RabbitMQ advises 5 to 20. The peer counts as dead after twice this time.
        public var heartbeat: UInt16 = 10
        /// Largest frame to agree to, in bytes with the frame's own 8. RabbitMQ 4.1 refuses less than 8192.
        public var frameMax: UInt32 = 131_072
        /// Most channels to agree to.
        public var channelMax: UInt16 = 2047
        /// From the first SYN to `connection.open-ok`, name resolution included. RabbitMQ delays some refusals by 3 s.
        public var connectTimeout: Duration = .seconds(10)
        /// For the answer to a method: declare, bind, consume and the like.
        public var rpcTimeout: Duration = .seconds(30)
        /// For room in the publish window or the outbox, and while the server blocks publishing.
        public var publishTimeout: Duration = .seconds(30)
        /// How to log in; `auth_mechanism=` in a URI goes first.
        public var mechanisms: [SASLMechanism] = [.plain]
        /// Asked for user and password (or token) before each login, instead of the address.
        public var credentialsProvider: (any CredentialsProvider)?
        /// What happens when the connection is lost.
        public var recovery = RecoveryPolicy()
        /// Hears of everything that happens to the connection, on its event loop: must not block.
        public var onEvent: @Sendable (ConnectionEvent) -> Void = { _ in }
        /// Allows a list of addresses some of which are without TLS. Otherwise it is refused, because a failure of the
        /// one with TLS would silently lead to the one without.
        public var insecureAllowsMixedTransports = false
        /// Whether declarations are held against RabbitMQ's rules, by the server's version, before they are sent.
        public var checksDeclarations = true
        /// Bytes encoded but not yet handed to the socket, over which publishers wait. One message may exceed it.
        public var maximumOutboxBytes = 256 * 1024
        /// Bytes of message bodies that a ``Publisher`` keeps for sending (again) after recovery; beyond it, publishing
        /// waits. One message may exceed it.
        public var maximumRetainedBytes = 16 * 1024 * 1024
        /// Largest body taken from the server; a larger message costs the connection. RabbitMQ 4 allows 16 MiB.
        public var maximumBodySize = 128 * 1024 * 1024

        public init(connectionName: String = "warren") {
            self.connectionName = connectionName
        }

        func validate() throws(AMQPError) {
            guard frameMax >= 8192 else {
                throw .invalidArgument("a frameMax of \(frameMax) is too small: RabbitMQ 4.1 refuses less than 8192")
            }
            guard maximumOutboxBytes > 0, maximumBodySize > 0, maximumRetainedBytes > 0 else {
                throw .invalidArgument(
                    "maximumOutboxBytes, maximumBodySize and maximumRetainedBytes have to be above 0")
            }
            guard !mechanisms.isEmpty else { throw .invalidArgument("there is no SASL mechanism to log in with") }
        }
    }
}
