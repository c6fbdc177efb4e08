/// Why a socket failed, in words.
struct SocketFailure: Sendable {
    var message: String
    /// Whether it was TLS that failed, rather than TCP.
    var isTLS: Bool

    init(_ error: any Error) {
        if let tls = TLSFailure.describe(error) {
            message = tls
            isTLS = true
        } else {
            message = AMQPError.cause(error)
            isTLS = false
        }
    }

    func duringHandshake(with address: BrokerAddress) -> AMQPError? {
        guard isTLS else { return nil }
        return AMQPError(
            .tlsFailed, "no TLS with \(address.host):\(address.port): \(message)",
            remedy: TLSFailure.remedy(message))
    }
}
