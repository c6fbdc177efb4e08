package import NIOCore
internal import NIOPosix

#if canImport(Glibc)
    @preconcurrency internal import Glibc
#elseif canImport(Musl)
    @preconcurrency internal import Musl
#else
    internal import Darwin
#endif

/// All addresses of a host, as the system sees it.
package enum Resolver {
    package enum Answer: Sendable {
        case addresses([SocketAddress])
        case failed(String)
    }

    package static func resolve(_ host: String, port: Int, timeout: Duration) async -> Answer {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let answer = loop.makePromise(of: Answer.self)
        // getaddrinfo cannot be interrupted: its thread is left to itself when time is up.
        NIOThreadPool.singleton.runIfActive(eventLoop: loop) { ask(host, port) }.cascade(to: answer)
        let overdue = loop.scheduleTask(in: TimeAmount(timeout)) {
            answer.succeed(.failed("the name server does not answer"))
        }
        defer { overdue.cancel() }
        do {
            return try await answer.futureResult.get()
        } catch {
            return .failed("\(error)")
        }
    }

    private static func ask(_ host: String, _ port: Int) -> Answer {
        var hints = addrinfo()
        // Otherwise each address comes once per type of socket.
        hints.ai_protocol = Int32(IPPROTO_TCP)
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, String(port), &hints, &list)
        defer { if let list { freeaddrinfo(list) } }
        guard status == 0 else { return .failed(describe(status)) }
        var addresses: [SocketAddress] = []
        var next = list
        while let entry = next {
            if let address = SocketAddress(entry.pointee), !addresses.contains(address) { addresses.append(address) }
            next = entry.pointee.ai_next
        }
        return addresses.isEmpty ? .failed("it has no IP address") : .addresses(addresses)
    }

    private static func describe(_ status: Int32) -> String {
        switch status {
        case EAI_NONAME: "the name is not known"
        case EAI_AGAIN: "the name server does not answer"
        default: gai_strerror(status).map { String(cString: $0) } ?? "error \(status)"
        }
    }
}

extension BrokerAddress {
    /// One address for each IP address of the host, all IPv4 or all IPv6, whichever are more: a host that has both is not two
    /// hosts. What a certificate has to name stays what it was.
    package func resolved(timeout: Duration) async throws(AMQPError) -> [BrokerAddress] {
        switch await Resolver.resolve(host, port: port, timeout: timeout) {
        case .addresses(let found):
            let (v4, v6) = (found.filter { $0.protocol == .inet }, found.filter { $0.protocol == .inet6 })
            return (v6.count > v4.count ? v6 : v4).compactMap(\.ipAddress).map { ip in
                var address = self
                address.host = ip
                if !isIPAddress, address.tls?.serverName == nil { address.tls?.serverName = host }
                return address
            }
        case .failed(let why):
            throw AMQPError(
                .connectFailed, "the host name \(host) is not found: \(why)",
                remedy: "Check its spelling and the name server")
        }
    }
}

extension SocketAddress {
    fileprivate init?(_ entry: addrinfo) {
        guard let address = entry.ai_addr else { return nil }
        switch entry.ai_family {
        case AF_INET:
            self = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { SocketAddress($0.pointee) }
        case AF_INET6:
            self = address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { SocketAddress($0.pointee) }
        default: return nil
        }
    }
}
