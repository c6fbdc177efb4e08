import Foundation
import Testing

/// golden.json: payloads that another implementation (pamqp, see make_golden.py) encoded.
enum GoldenFile {
    struct Entry: Decodable, Sendable, CustomTestStringConvertible {
        var name: String
        var kind: String
        var hex: String

        var bytes: [UInt8] {
            stride(from: 0, to: hex.count, by: 2).compactMap { offset in
                let start = hex.index(hex.startIndex, offsetBy: offset)
                return UInt8(hex[start..<hex.index(start, offsetBy: 2)], radix: 16)
            }
        }

        var testDescription: String { name }
    }

    static func entries(_ kind: String) throws -> [Entry] {
        let url = try #require(Bundle.module.url(forResource: "golden", withExtension: "json"))
        return try JSONDecoder().decode([Entry].self, from: Data(contentsOf: url)).filter { $0.kind == kind }
    }
}
