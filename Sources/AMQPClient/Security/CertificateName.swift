/// Whether a name in a certificate is that of a host.
enum CertificateName {
    /// Names compare without case or final dot; `*` stands for exactly the first label, and not before a bare top-level
    /// domain (RFC 6125).
    static func matches(_ name: String, host: String) -> Bool {
        let name = labels(name)
        let host = labels(host)
        guard name.count == host.count, !name.contains(""), !host.contains("") else { return false }
        guard name.first == "*" else { return name == host }
        return name.count > 2 && name.dropFirst() == host.dropFirst()
    }

    private static func labels(_ name: String) -> [Substring] {
        let name = name.lowercased()
        let undotted = name.hasSuffix(".") ? name.dropLast() : name[...]
        return undotted.split(separator: ".", omittingEmptySubsequences: false)
    }
}
