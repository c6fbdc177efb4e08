internal import NIOCore

/// Why a socket failed, in words.
struct SocketFailure: Sendable {
    var message: String
    /// What it is during the handshake, if it was TLS that failed, rather than TCP.
    private var tls: AMQPError?

    init(_ error: any Error, on socket: any NIOCore.Channel) {
        if let error = error as? AMQPError {
            message = error.message
            tls = error
        } else if let failure = TLSFailure.describe(error, socket) {
            message = failure
            tls = AMQPError(.tlsFailed, failure, remedy: TLSFailure.remedy(failure))
        } else {
            message = AMQPError.cause(error)
        }
    }

    func duringHandshake(with address: BrokerAddress) -> AMQPError? {
        guard var error = tls else { return nil }
        error.message = "no TLS with \(address.host):\(address.port): \(error.message)"
        return error
    }
}
