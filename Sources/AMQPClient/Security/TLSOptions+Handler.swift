internal import NIOCore

#if TLS
    internal import NIOSSL

    extension TLSOptions {
        /// Reads certificates and key, and returns what puts TLS into a socket's pipeline.
        ///
        /// Read anew for each attempt, so that renewed files are used without a restart.
        ///
        /// - Throws: ``AMQPError`` with code `tlsFailed` that names the file.
        func handlerMaker(
            for address: BrokerAddress
        ) throws(AMQPError) -> @Sendable (any NIOCore.Channel) throws -> Void {
            let context = try context()
            let name = serverName ?? (address.isIPAddress ? nil : address.host)
            // Without a name the certificate has to carry the IP address of the socket.
            return { socket in
                try socket.pipeline.syncOperations.addHandler(
                    try NIOSSLClientHandler(context: context, serverHostname: name))
            }
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
                    .tlsFailed, "cannot use \(file): \(AMQPError.cause(error))",
                    remedy: "It has to be a readable PEM file; a key may need its passphrase (password=)")
            }
        }
    }

    enum TLSFailure {
        /// The failure in words, if it is one of TLS.
        static func describe(_ error: any Error) -> String? {
            switch error {
            case NIOSSLError.uncleanShutdown: nil
            case NIOSSLError.handshakeFailed(let cause): "the handshake failed: \(cause)"
            case let error as NIOSSLError: "\(error)"
            case let error as NIOSSLExtraError: "\(error)"
            case let error as BoringSSLError: "\(error)"
            default: nil
            }
        }
    }
#else
    extension TLSOptions {
        func handlerMaker(
            for address: BrokerAddress
        ) throws(AMQPError) -> @Sendable (any NIOCore.Channel) throws -> Void {
            throw AMQPError(
                .unsupported, "this program was built without TLS, which \(address) needs (amqps://)",
                remedy: "Build it with the package trait TLS, which is on by default")
        }
    }

    enum TLSFailure {
        static func describe(_ error: any Error) -> String? { nil }
    }
#endif

extension TLSFailure {
    static func remedy(_ message: String) -> String {
        let message = message.uppercased()
        if message.contains("CERTIFICATE_VERIFY_FAILED") {
            return "The server's certificate has expired, or its authority is not trusted here; name the authority with "
                + "cacertfile="
        }
        if message.contains("HOSTNAME") {
            return "The certificate is made out to another host; connect by its name, or give it as "
                + "server_name_indication="
        }
        if message.contains("WRONG_VERSION_NUMBER") {
            return "Does that port speak TLS? RabbitMQ's port with TLS is 5671, the plain one (amqp://) 5672"
        }
        if message.contains("UNSUPPORTED_PROTOCOL") || message.contains("PROTOCOL_VERSION") {
            return "The server offers no TLS 1.2 or newer"
        }
        if message.contains("CERTIFICATE_REQUIRED") || message.contains("ALERT") {
            return "The server refused: it may want a client certificate (certfile=, keyfile=) of an authority it trusts"
        }
        return "Check certificates and TLS versions on both sides"
    }
}
