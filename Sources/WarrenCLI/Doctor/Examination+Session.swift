internal import AMQPClient
internal import NIOCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

// TLS, login, and what the server then says of itself.
extension Examination {
    /// - Returns: Whether to go on.
    mutating func examineTLS(_ reached: SocketAddress) async -> Bool {
        let isAddress = (try? SocketAddress(ipAddress: address.host, port: 0)) != nil
        let name = address.tls?.serverName ?? (isAddress ? nil : address.host)
        switch await TLSLook.at(reached, serverName: name, timeout: timeout) {
        case .unavailable: return true
        case .failed:
            switch await Listener.identify(at: reached, timeout: timeout) {
            // It may want a client certificate, which is shown with the login.
            case .tls, .closing: return true
            case let other:
                say(.protocol, .failed, other.description, remedy: other.remedy(wantsTLS: true))
                return false
            }
        case .shown(let peer): return examine(peer)
        }
    }

    private mutating func examine(_ peer: TLSPeer) -> Bool {
        let names = peer.names.isEmpty ? "nobody" : peer.names.prefix(6).joined(separator: ", ")
        let found = "\(peer.version), a certificate for \(names)"
        guard !peer.isVersionTooOld else {
            say(.tls, .failed, found, remedy: "Have the server offer TLS 1.2 or newer: ssl_options.versions")
            return false
        }
        // Whether it is to be trusted shows when a connection is opened.
        let days = Int(((peer.expires - Date().timeIntervalSince1970) / 86_400).rounded(.down))
        switch days {
        case ..<0:
            let isTaken = address.tls?.verification == .insecureNone
            say(
                .tls, isTaken ? .warning : .failed, "\(found), expired \(-days) days ago",
                remedy: "Renew it, or check the clocks on both sides")
            return isTaken
        case ..<21: say(.tls, .warning, "\(found), expires in \(days) days", remedy: "Renew it in time")
        default: say(.tls, .ok, "\(found), expires in \(days) days")
        }
        return true
    }

    /// Logs in as a program does, and tells protocol, login and virtual host apart.
    mutating func examineLogin(_ reached: SocketAddress) async -> AMQPConnection? {
        let user =
            address.mechanisms?.first == .external ? "the client certificate" : "user \"\(address.credentials.user)\""
        do throws(AMQPError) {
            let connection = try await AMQPConnection.connect(to: address, options: options(), logger: logger)
            let offered = await connection.server?.mechanisms.joined(separator: ", ") ?? ""
            say(.protocol, .ok, "AMQP 0-9-1")
            say(.login, .ok, "\(user) is accepted (the server offers \(offered))")
            say(.virtualHost, .ok, "\"\(address.virtualHost)\" is open to the user")
            return connection
        } catch {
            switch error.code {
            case .tlsFailed, .unsupported: say(.tls, error)
            case .connectFailed: say(.tcp, error)
            case .authenticationFailed:
                say(.protocol, .ok, "AMQP 0-9-1")
                say(.login, error)
            case .virtualHostRefused:
                say(.protocol, .ok, "AMQP 0-9-1")
                say(.login, .ok, "\(user) is accepted")
                say(.virtualHost, error)
            case _ where error.reply != nil:
                say(.protocol, .ok, "AMQP 0-9-1")
                say(.login, error)
            default: await examineListener(reached, error)
            }
            return nil
        }
    }

    /// No login, and not because it was refused: who is it that does not answer?
    private mutating func examineListener(_ reached: SocketAddress, _ error: AMQPError) async {
        guard address.tls == nil else { return say(.protocol, error) }
        let listener = await Listener.identify(at: reached, timeout: timeout)
        if listener == .amqp {
            say(.protocol, .ok, "AMQP 0-9-1")
            say(.login, error)
        } else {
            say(.protocol, .failed, listener.description, remedy: listener.remedy(wantsTLS: false))
        }
    }

    mutating func examineServer(_ connection: AMQPConnection) async {
        guard let agreed = await connection.agreed else { return }
        let server = agreed.server
        let cluster = server.clusterName.map { ", cluster \($0)" } ?? ""
        let name = "\(server.product) \(server.version)\(cluster)"
        if server.product == "RabbitMQ", let number = server.number, number < ServerVersion(4, 0) {
            say(
                .server, .warning, name,
                remedy: "RabbitMQ 3 gets no more fixes: upgrade to 4, by way of 3.13 with all feature flags enabled")
        } else {
            say(.server, .ok, name)
        }
        let limits = "frames of \(agreed.frameMax) bytes, \(agreed.channelMax) channels"
        if agreed.heartbeat == 0 {
            say(
                .limits, .warning, "\(limits), no heartbeat",
                remedy: "Without one a dead connection is not noticed: use 5 to 20 s (heartbeat= in the URI)")
        } else {
            say(.limits, .ok, "\(limits), a heartbeat every \(agreed.heartbeat) s")
        }
    }

    /// The shortest of a few answers, which is what network and broker need when nothing else is in the way.
    mutating func examineRoundTrip(_ connection: AMQPConnection) async {
        do throws(AMQPError) {
            let channel = try await connection.openChannel()
            var shortest = Duration.seconds(86_400)
            for _ in 0..<5 {
                let start = ContinuousClock.now
                // The only call that asks for nothing and changes nothing.
                try await channel.setFlow(active: true)
                shortest = min(shortest, start.duration(to: .now))
            }
            try await channel.close()
            if shortest > .milliseconds(200) {
                say(
                    .roundTrip, .warning, "the broker answers within \(shortest.inMilliseconds)",
                    remedy:
                        "So far away, each call and each publish that is waited for takes that long: publish many at "
                        + "a time, consume with a larger prefetch, or move closer")
            } else {
                say(.roundTrip, .ok, "the broker answers within \(shortest.inMilliseconds)")
            }
        } catch {
            say(.roundTrip, error)
        }
    }
}
