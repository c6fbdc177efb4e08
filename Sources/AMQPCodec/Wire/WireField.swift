/// A field of a method as far as needed to step over it.
package enum WireField: Sendable {
    /// Numbers and flags: this many bytes.
    case fixed(Int)
    /// A length byte and that many bytes.
    case shortString
}
