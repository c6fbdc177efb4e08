internal import NIOCore

#if canImport(Glibc)
    @preconcurrency internal import Glibc
#elseif canImport(Musl)
    @preconcurrency internal import Musl
#else
    internal import Darwin
#endif

/// Why there is no TCP connection.
struct TCPFailure: Sendable {
    var cause: String
    var remedy: String

    init(_ error: any Error, _ timeout: Duration) {
        let code = (error as? IOError)?.errnoCode
        switch code {
        case ECONNREFUSED:
            cause = "connection refused"
            remedy =
                "Nothing listens there: is the broker running, and is that its port (5672, with TLS 5671)? On its "
                + "machine rabbitmq-diagnostics listeners tells"
        case EHOSTUNREACH, ENETUNREACH, EADDRNOTAVAIL:
            cause = code == EHOSTUNREACH ? "no route to that machine" : "no route to that network"
            remedy = "Is this machine in the right network or VPN? Not every network has IPv6"
        case let code?:
            cause = String(cString: strerror(code))
            remedy = "May this machine reach that one?"
        case nil:
            if case ChannelError.connectTimeout? = error as? ChannelError {
                cause = "no answer within \(timeout.seconds) s"
                remedy = "A firewall that drops packets, or a machine that is off. --connect-timeout waits longer"
            } else {
                cause = "\(error)"
                remedy = "May this machine reach that one?"
            }
        }
    }
}
