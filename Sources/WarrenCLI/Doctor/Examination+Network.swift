internal import AMQPClient
internal import NIOCore
internal import NIOPosix

// The way to the port: address, name, TCP.
extension Examination {
    mutating func examineAddress() {
        let scheme = address.tls == nil ? "amqp" : "amqps"
        let host = address.host.contains(":") ? "[\(address.host)]" : address.host
        say(
            .address, .ok,
            "\(scheme)://\(address.credentials.user)@\(host):\(address.port), virtual host \"\(address.virtualHost)\"")
        if address.virtualHost.isEmpty {
            say(
                .address, .warning, "the virtual host is the one with the empty name, because the URI ends with a /",
                remedy: "Leave the / out for the virtual host \"/\", or write its name behind it")
        }
    }

    mutating func examineName() async -> [SocketAddress]? {
        switch await Resolver.resolve(address.host, port: address.port, timeout: timeout) {
        case .addresses(let found):
            let list = found.compactMap(\.ipAddress).joined(separator: ", ")
            say(.name, .ok, list == address.host ? "\(list) is an IP address" : "\(address.host) is \(list)")
            return found
        case .failed(let why):
            say(
                .name, .failed, "\(address.host): \(why)",
                remedy:
                    "Check the spelling, and with getent hosts \(address.host) whether this machine knows the name: "
                    + "/etc/hosts, the name server, the VPN")
            return nil
        }
    }

    /// What others could see or guess.
    mutating func examineExposure(_ found: [SocketAddress]) {
        guard !found.allSatisfy(\.isLoopback) else { return }
        if address.tls == nil {
            say(
                .address, .warning, "password and messages go to another machine unencrypted",
                remedy: "Use amqps:// (RabbitMQ's port for it is 5671), unless the network in between is trusted")
        }
        if address.credentials.user == "guest", address.mechanisms?.contains(.plain) != false {
            say(
                .address, .warning, "the user is guest, which RabbitMQ accepts from its own machine only",
                remedy: "Create another: rabbitmqctl add_user NAME, then rabbitmqctl set_permissions -p "
                    + "'\(address.virtualHost)' NAME '.*' '.*' '.*'")
        }
    }

    /// - Returns: The first address that could be connected to.
    mutating func examineTCP(_ found: [SocketAddress]) async -> SocketAddress? {
        var results: [(address: SocketAddress, failure: TCPFailure?, time: Duration)] = []
        for address in found {
            let start = ContinuousClock.now
            let failure = await connectOnce(address)
            results.append((address, failure, start.duration(to: .now)))
        }
        let reached = results.first { $0.failure == nil }?.address
        for (address, failure, time) in results {
            let name = address.hostAndPort
            if let failure {
                // With another way open this one only costs time.
                say(.tcp, reached == nil ? .failed : .warning, "\(name): \(failure.cause)", remedy: failure.remedy)
            } else {
                say(.tcp, .ok, "\(name) answers within \(time.inMilliseconds)")
            }
        }
        return reached
    }

    private func connectOnce(_ address: SocketAddress) async -> TCPFailure? {
        do {
            let socket = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(TimeAmount(timeout)).connect(to: address).get()
            try? await socket.close()
            return nil
        } catch {
            return TCPFailure(error, timeout)
        }
    }
}
