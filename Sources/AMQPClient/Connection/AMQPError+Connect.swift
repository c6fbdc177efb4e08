internal import NIOCore
internal import NIOPosix

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

extension AMQPError {
    /// No TCP connection, in words.
    static func connectFailed(_ address: BrokerAddress, _ error: any Error) -> AMQPError {
        AMQPError(
            .connectFailed, "cannot connect to \(address.host):\(address.port): \(cause(error))",
            remedy: "Is the broker running there, and may this machine reach it?")
    }

    /// Why a socket could not be had, in words.
    package static func cause(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            if let failure = error.connectionErrors.last { return cause(failure.error) }
            if let failure = error.dnsAError ?? error.dnsAAAAError { return cause(failure) }
            return "no address"
        case is SocketAddressError.UnknownHost: return "the name is not known"
        case let error as SocketAddressError: return "\(error)"
        case let error as IOError: return String(cString: strerror(error.errnoCode))
        case ChannelError.connectTimeout: return "no answer in time"
        default: return "\(error)"
        }
    }
}
