internal import AMQPTestSupport
internal import NIOCore

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The scripted peer as a process of its own: prints its port and runs until it is killed.
@main
struct FirehosePeerProcess {
    static func main() async throws {
        let channel = try await FirehosePeer.listen()
        print(channel.localAddress?.port ?? 0)
        fflush(nil)
        try await channel.closeFuture.get()
    }
}
