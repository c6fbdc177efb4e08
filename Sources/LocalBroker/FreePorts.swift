#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// TCP ports of the loopback interface that nobody listens on.
enum FreePorts {
    /// All are held at once while they are found, so they differ.
    static func find(_ count: Int) throws(LocalBrokerError) -> [Int] {
        var sockets: [Int32] = []
        defer { for socket in sockets { close(socket) } }
        var ports: [Int] = []
        for _ in 0..<count {
            let descriptor = socket(AF_INET, streamType, 0)
            guard descriptor >= 0 else {
                throw LocalBrokerError("no TCP socket: \(String(cString: strerror(errno)))")
            }
            sockets.append(descriptor)
            // Below the ports that the kernel gives to outgoing connections, and at random: what is free now is to be
            // free still when the node binds it, however many clients connect and brokers start meanwhile.
            guard
                let port = (0..<100).lazy.map({ _ in Int.random(in: range) }).first(where: { bind(descriptor, to: $0) })
            else {
                throw LocalBrokerError("no free TCP port on 127.0.0.1: \(String(cString: strerror(errno)))")
            }
            ports.append(port)
        }
        return ports
    }

    #if canImport(Glibc)
        private static let streamType = Int32(SOCK_STREAM.rawValue)
    #else
        private static let streamType = SOCK_STREAM
    #endif

    private static let range = 12_000..<32_000

    private static func bind(_ descriptor: Int32, to port: Int) -> Bool {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = UInt16(clamping: port).bigEndian
        return withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                systemBind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}

/// Inside the type `bind` would be its own.
#if canImport(Glibc)
    private let systemBind = Glibc.bind
#elseif canImport(Musl)
    private let systemBind = Musl.bind
#else
    private let systemBind = Darwin.bind
#endif
