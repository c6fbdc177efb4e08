import Foundation
import Testing

/// Inputs worth keeping: one per line, in hexadecimal digits, a comment behind `#`.
///
/// A blank ends a part, which arrives on its own; `-` is an empty part. What stands in quotation marks is text.
enum Corpus {
    struct Line: Sendable, CustomTestStringConvertible {
        var input: Input
        var comment: String
        var testDescription: String { comment }
    }

    static func lines(_ name: String) throws -> [Line] {
        let url = try #require(Bundle.module.url(forResource: name, withExtension: "txt", subdirectory: "Corpus"))
        return try String(contentsOf: url, encoding: .utf8).split(separator: "\n").compactMap { line in
            guard !line.hasPrefix("#") else { return nil }
            let halves = line.components(separatedBy: "  # ")
            let input = try #require(parse(halves[0]), "not an input: \(line)")
            return Line(input: input, comment: halves.count > 1 ? halves[1] : "")
        }
    }

    static func inputs(_ name: String) throws -> [Input] { try lines(name).map(\.input) }

    static func parse(_ text: String) -> Input? {
        if text.hasPrefix("\"") {
            let text = try? JSONDecoder().decode(String.self, from: Data(text.utf8))
            return text.map { [Array($0.utf8)] }
        }
        let parts = text.split(separator: " ").map { $0 == "-" ? [] : bytes($0) }
        return parts.contains(nil) ? nil : parts.compactMap(\.self)
    }

    /// As ``parse(_:)`` reads it.
    static func write(_ input: Input) -> String {
        input.map { part in
            part.isEmpty ? "-" : part.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }.joined(separator: " ")
    }

    private static func bytes(_ hex: Substring) -> [UInt8]? {
        let digits = hex.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue.map { UInt8($0) } }
        guard digits.count == hex.utf8.count, digits.count.isMultiple(of: 2) else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
