internal import CRabbitMQ

/// A method's long string: bytes of any content, up to 4 GiB; SASL challenges and mechanism lists are such.
package struct LongString: Sendable, Equatable, ExpressibleByStringLiteral {
    package var bytes: [UInt8]

    package init(_ bytes: some Sequence<UInt8> = []) {
        self.bytes = Array(bytes)
    }

    package init(stringLiteral value: String) {
        bytes = Array(value.utf8)
    }

    package var string: String { String(decoding: bytes, as: UTF8.self) }

    init(_ bytes: amqp_bytes_t) {
        self.bytes = Array(bytes.buffer)
    }
}
