internal import NIOCore

#if TLS
    internal import NIOSSL
#endif

/// What a TLS server shows to whoever asks, whether it is to be trusted or not.
struct TLSPeer: Sendable {
    /// For example `TLS 1.3`.
    var version: String
    var isVersionTooOld: Bool
    /// Names and IP addresses that the certificate is made out to.
    var names: [String]
    /// Seconds since 1970.
    var expires: Double
}

#if TLS
    extension TLSPeer {
        init(_ pipeline: ChannelPipeline.SynchronousOperations) {
            let versions: [TLSVersion: String] = [
                .tlsv1: "TLS 1.0", .tlsv11: "TLS 1.1", .tlsv12: "TLS 1.2", .tlsv13: "TLS 1.3",
            ]
            let version = try? pipeline.nioSSL_tlsVersion()
            self.version = version.flatMap { versions[$0] } ?? "TLS"
            isVersionTooOld = version == .tlsv1 || version == .tlsv11
            names = []
            expires = 0
            guard let certificate = try? pipeline.nioSSL_peerCertificate() else { return }
            expires = Double(certificate.notValidAfter)
            for name in certificate._subjectAlternativeNames() {
                switch name.nameType {
                case .dnsName: names.append(String(decoding: name.contents, as: UTF8.self))
                case .ipAddress:
                    let packed = ByteBuffer(bytes: name.contents)
                    if let address = try? SocketAddress(packedIPAddress: packed, port: 0).ipAddress {
                        names.append(address)
                    }
                default: break
                }
            }
        }
    }
#endif
