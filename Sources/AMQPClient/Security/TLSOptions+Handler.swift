internal import NIOCore

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

#if TLS
    internal import NIOSSL

    extension TLSOptions {
        /// Reads certificates and key.
        ///
        /// Anew for each attempt, so that renewed files are used without a restart. It takes tens of milliseconds, so not
        /// on an event loop.
        ///
        /// - Throws: ``AMQPError`` with code `tlsFailed` that names the file.
        func session(for address: BrokerAddress) throws(AMQPError) -> TLSSession {
            TLSSession(
                context: try context(), name: serverName ?? (address.isIPAddress ? nil : address.host),
                checksName: verification == .full)
        }

        private func context() throws(AMQPError) -> NIOSSLContext {
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.minimumTLSVersion = .tlsv12
            switch verification {
            case .full: configuration.certificateVerification = .fullVerification
            case .insecureWithoutHostname: configuration.certificateVerification = .noHostnameVerification
            case .insecureNone: configuration.certificateVerification = .none
            }
            if let authoritiesFile {
                configuration.trustRoots = .certificates(
                    try Self.reading(authoritiesFile) { try NIOSSLCertificate.fromPEMFile(authoritiesFile) })
            }
            if let certificateFile {
                guard let keyFile = privateKeyFile else {
                    throw AMQPError(
                        .tlsFailed, "there is a client certificate but no key to it", remedy: "Give keyfile= as well")
                }
                configuration.certificateChain = try Self.reading(certificateFile) {
                    try NIOSSLCertificate.fromPEMFile(certificateFile).map { .certificate($0) }
                }
                configuration.privateKey = .privateKey(try Self.reading(keyFile) { try key(keyFile) })
            }
            let complete = configuration
            return try Self.reading("the TLS configuration") { try NIOSSLContext(configuration: complete) }
        }

        private func key(_ file: String) throws -> NIOSSLPrivateKey {
            guard let privateKeyPassphrase else { return try NIOSSLPrivateKey(file: file, format: .pem) }
            return try NIOSSLPrivateKey(file: file, format: .pem) { $0(privateKeyPassphrase.utf8) }
        }

        private static func reading<Value>(_ file: String, _ read: () throws -> Value) throws(AMQPError) -> Value {
            do {
                return try read()
            } catch {
                throw AMQPError(
                    .tlsFailed, "cannot use \(file): \(error)",
                    remedy: "It has to be a readable PEM file; a key may need its passphrase (password=)")
            }
        }
    }

    /// TLS for one attempt to connect.
    struct TLSSession: Sendable {
        fileprivate let context: NIOSSLContext
        /// To ask for and to expect. Without one, the certificate has to carry the IP address of the socket.
        fileprivate let name: String?
        fileprivate let checksName: Bool

        func addHandler(to socket: any NIOCore.Channel) throws {
            try socket.pipeline.syncOperations.addHandler(NIOSSLClientHandler(context: context, serverHostname: name))
        }

        /// To be called once the TLS handshake is done, before the first byte is sent.
        ///
        /// swift-nio-ssl accepts a certificate that carries the name *or* the socket's IP address: whoever redirects DNS
        /// and has a certificate for an address of his own would pass. It also accepts a common name, which nobody
        /// issues certificates for any more. Here the name has to be among the alternative names.
        func verifyPeer(of socket: any NIOCore.Channel) throws(AMQPError) {
            guard checksName, let name else { return }
            var names: [String] = []
            if let certificate = try? socket.pipeline.syncOperations.nioSSL_peerCertificate() {
                for alternative in certificate._subjectAlternativeNames() where alternative.nameType == .dnsName {
                    names.append(String(decoding: alternative.contents, as: UTF8.self))
                }
            }
            guard names.contains(where: { CertificateName.matches($0, host: name) }) else {
                let others = names.isEmpty ? "no name" : names.joined(separator: ", ")
                throw AMQPError(
                    .tlsFailed, "the server's certificate is for \(others), not for \(name)",
                    remedy: "Connect by a name that it carries, or give that as server_name_indication=")
            }
        }
    }

    enum TLSFailure {
        /// The failure in words, if it is one of TLS.
        static func describe(_ error: any Error, _ socket: any NIOCore.Channel) -> String? {
            let text: String
            switch error {
            case NIOSSLError.uncleanShutdown: return nil
            case NIOSSLError.handshakeFailed(let cause): text = "\(cause)"
            case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: text = "\(error)"
            default: return nil
            }
            if text.contains("CERTIFICATE_VERIFY_FAILED") { return reasonToRefuse(socket) }
            if text.contains("failedToValidateHostname") {
                return "the server's certificate does not carry the name or address that was connected to"
            }
            if text.contains("eofDuringHandshake") || text.contains("EOF during handshake") {
                return "the server closed the connection during the TLS handshake"
            }
            // BoringSSL's own word for it; the rest is where in its source.
            let word = text.firstMatch(of: /[A-Z][A-Z0-9]*(_[A-Z0-9]+)+/).map { String($0.0) }
            return "the TLS handshake failed: \(word ?? text)"
        }

        /// BoringSSL tells the server why it refuses a certificate, and us only that it does.
        private static func reasonToRefuse(_ socket: any NIOCore.Channel) -> String {
            guard let certificate = try? socket.pipeline.syncOperations.nioSSL_peerCertificate() else {
                return "the server's certificate is not trusted"
            }
            let now = time(nil)
            if certificate.notValidAfter < now { return "the server's certificate has expired" }
            if certificate.notValidBefore > now { return "the server's certificate is not valid yet" }
            return "the server's certificate is not trusted: no authority that is trusted here vouches for it"
        }
    }
#else
    extension TLSOptions {
        func session(for address: BrokerAddress) throws(AMQPError) -> TLSSession {
            throw AMQPError(
                .unsupported, "this program was built without TLS, which \(address) needs (amqps://)",
                remedy: "Build it with the package trait TLS, which is on by default")
        }
    }

    struct TLSSession: Sendable {
        func addHandler(to socket: any NIOCore.Channel) throws {}
        func verifyPeer(of socket: any NIOCore.Channel) throws(AMQPError) {}
    }

    enum TLSFailure {
        static func describe(_ error: any Error, _ socket: any NIOCore.Channel) -> String? { nil }
    }
#endif

extension TLSFailure {
    static func remedy(_ message: String) -> String {
        if message.contains("expired") || message.contains("not valid yet") {
            return "Renew it, or check the clocks on both sides"
        }
        if message.contains("not trusted") {
            return "Name the authority that issued it with cacertfile=, or add it to the system's"
        }
        if message.contains("does not carry") {
            return "Connect by the name in the certificate, or give it as server_name_indication="
        }
        if message.contains("WRONG_VERSION_NUMBER") || message.contains("closed the connection") {
            return "Does that port speak TLS? RabbitMQ's port with TLS is 5671, the plain one (amqp://) 5672"
        }
        if message.contains("PROTOCOL") { return "The server offers no TLS 1.2 or newer" }
        if message.contains("ALERT") || message.contains("CERTIFICATE") {
            return
                "The server refused: it may want a client certificate (certfile=, keyfile=) of an authority it trusts"
        }
        return "Check certificates and TLS versions on both sides"
    }
}
