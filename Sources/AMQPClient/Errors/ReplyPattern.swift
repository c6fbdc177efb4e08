/// RabbitMQ's words with names for what varies in them: `no queue '{queue}' in vhost '{vhost}'`.
///
/// Not a regular expression: so a row of the catalogue reads like what the broker sends, and what it says about it uses
/// the same names.
struct ReplyPattern: Sendable, ExpressibleByStringLiteral {
    private enum Part: Sendable {
        case literal(String)
        case blank(String)
    }

    private let parts: [Part]

    init(stringLiteral text: String) {
        var parts: [Part] = []
        var rest = text[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            if open > rest.startIndex { parts.append(.literal(String(rest[..<open]))) }
            parts.append(.blank(String(rest[rest.index(after: open)..<close])))
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { parts.append(.literal(String(rest))) }
        self.parts = parts
    }

    /// What stands in the blanks, if the whole text is like this.
    ///
    /// A blank ends where the literal after it first occurs; the last one takes the rest.
    func match(_ text: String) -> [String: String]? {
        var values: [String: String] = [:]
        var rest = text[...]
        var open: String?
        for (index, part) in parts.enumerated() {
            switch part {
            case .blank(let name): open = name
            case .literal(let literal):
                let isLast = index == parts.count - 1
                guard let name = open else {
                    guard rest.hasPrefix(literal) else { return nil }
                    rest = rest.dropFirst(literal.count)
                    continue
                }
                if isLast {
                    guard rest.hasSuffix(literal) else { return nil }
                    values[name] = String(rest.dropLast(literal.count))
                    rest = ""
                } else {
                    guard let found = rest.firstRange(of: literal) else { return nil }
                    values[name] = String(rest[..<found.lowerBound])
                    rest = rest[found.upperBound...]
                }
                open = nil
            }
        }
        if let name = open {
            values[name] = String(rest)
            rest = ""
        }
        return rest.isEmpty ? values : nil
    }

    /// Puts the values into the blanks of a sentence; braces around anything else stay.
    static func fill(_ sentence: String, _ values: [String: String]) -> String {
        ReplyPattern(stringLiteral: sentence).parts.map { part in
            switch part {
            case .literal(let literal): literal
            case .blank(let name): values[name] ?? "{\(name)}"
            }
        }.joined()
    }
}
