/// One thing that was looked at, and how it is: a line of output.
struct Check: Encodable, Sendable {
    enum Subject: String, Encodable, Sendable {
        case address, name, tcp, tls, `protocol`, login
        case virtualHost = "virtual-host"
        case server, limits
        case roundTrip = "round-trip"
        case configure, write, read, alarms, queue
    }

    enum Status: String, Encodable, Sendable {
        case ok, warning, failed
    }

    /// Host and port; `nil` if there is no address yet.
    var broker: String?
    var check: Subject
    var status: Status
    /// What was found; never a password.
    var detail: String
    var remedy: String?

    var text: String {
        let status = status.rawValue.padded(to: 8)
        let check = check.rawValue.padded(to: 13)
        return "\(status)\(check)\(detail)" + (remedy.map { ". \($0)" } ?? "")
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(1, width - count))
    }
}
