extension AMQPError.ServerReply {
    private static let separator = " - "

    /// RabbitMQ's text without the name of the code in front of it.
    var words: String {
        guard let separator = text.firstRange(of: Self.separator), text[..<separator.lowerBound].isCodeName else {
            return text.isCodeName ? "" : text
        }
        return String(text[separator.upperBound...])
    }

    /// For example `404 NOT_FOUND`.
    var codeAndName: String {
        let name = text.firstRange(of: Self.separator).map { text[..<$0.lowerBound] } ?? text[...]
        return name.isCodeName ? "\(code) \(name)" : "\(code)"
    }
}

extension StringProtocol {
    fileprivate var isCodeName: Bool { !isEmpty && allSatisfy { $0 == "_" || ("A"..."Z").contains($0) } }
}
