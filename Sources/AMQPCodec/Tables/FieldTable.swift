/// Named values in the order in which they were written: message headers, declaration arguments, server properties.
///
/// A key is at most 255 bytes of UTF-8, tables and arrays nest at most ``maximumDepth`` deep, and a table has to fit
/// into one frame (128 KiB by default): beyond that, sending throws ``AMQPError``. A key may stand twice on the wire;
/// ``subscript(_:)`` finds the first.
public struct FieldTable: Sendable, Hashable {
    /// How deep tables and arrays may nest, the outermost table counted as 1.
    public static let maximumDepth = 32

    public var entries: [Entry]

    public struct Entry: Sendable, Hashable {
        public var key: String
        public var value: FieldValue

        public init(key: String, value: FieldValue) {
            self.key = key
            self.value = value
        }
    }

    public init(_ entries: [Entry] = []) {
        self.entries = entries
    }

    public var isEmpty: Bool { entries.isEmpty }

    /// Reads the first value under `key`; writes it, appends it, or with `nil` removes every value under `key`.
    public subscript(key: String) -> FieldValue? {
        get { entries.first { $0.key == key }?.value }
        set {
            guard let newValue else { return entries.removeAll { $0.key == key } }
            if let index = entries.firstIndex(where: { $0.key == key }) {
                entries[index].value = newValue
            } else {
                entries.append(Entry(key: key, value: newValue))
            }
        }
    }
}

extension FieldTable: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, FieldValue)...) {
        entries = elements.map { Entry(key: $0.0, value: $0.1) }
    }
}

extension FieldTable: CustomStringConvertible {
    public var description: String {
        "{\(entries.map { "\($0.key): \($0.value)" }.joined(separator: ", "))}"
    }
}
