internal import CRabbitMQ

/// Memory for one encoding or decoding at a time, and the calls into librabbitmq that use it.
///
/// It owns an `amqp_pool_t`. librabbitmq decodes into the pool; when encoding, strings and tables are laid out in it.
/// After each frame the pool is recycled: its pages are kept, every pointer into it is dead. It is not thread-safe,
/// which is why it is not `Sendable`: its owner confines it to one event loop or one lock.
package final class WireArena {
    /// On the heap because the pool must not move while librabbitmq holds its address.
    private let pool: UnsafeMutablePointer<amqp_pool_t>

    package init() {
        pool = .allocate(capacity: 1)
        init_amqp_pool(pool, 8192)
    }

    deinit {
        empty_amqp_pool(pool)
        pool.deallocate()
    }

    func recycle() {
        recycle_amqp_pool(pool)
    }

    // MARK: librabbitmq's codec

    func decodeMethod(_ id: MethodID, _ arguments: UnsafeRawBufferPointer) -> UnsafeMutableRawPointer? {
        var decoded: UnsafeMutableRawPointer?
        let status = amqp_decode_method(id.number, pool, amqp_bytes_t(arguments), &decoded)
        return status < 0 ? nil : decoded
    }

    func encodeMethod(
        _ id: MethodID,
        _ wire: UnsafeMutableRawPointer,
        into buffer: UnsafeMutableRawBufferPointer
    ) -> Int? {
        guard buffer.count >= 4 else { return nil }
        buffer.storeBytes(of: id.number.bigEndian, as: UInt32.self)
        let room = UnsafeMutableRawBufferPointer(rebasing: buffer.dropFirst(4))
        let written = amqp_encode_method(id.number, wire, amqp_bytes_t(UnsafeRawBufferPointer(room)))
        return written < 0 ? nil : 4 + Int(written)
    }

    func decodeProperties(_ bytes: UnsafeRawBufferPointer) -> amqp_basic_properties_t? {
        var decoded: UnsafeMutableRawPointer?
        let status = amqp_decode_properties(UInt16(AMQP_BASIC_CLASS), pool, amqp_bytes_t(bytes), &decoded)
        guard status >= 0, let decoded else { return nil }
        return decoded.assumingMemoryBound(to: amqp_basic_properties_t.self).pointee
    }

    func encodeProperties(
        _ properties: inout amqp_basic_properties_t,
        into buffer: UnsafeMutableRawBufferPointer
    ) -> Int? {
        let written = amqp_encode_properties(
            UInt16(AMQP_BASIC_CLASS), &properties, amqp_bytes_t(UnsafeRawBufferPointer(buffer)))
        return written < 0 ? nil : Int(written)
    }

    // MARK: Laying out what is to be encoded

    func bytes(_ bytes: some Collection<UInt8>) -> amqp_bytes_t {
        let count = bytes.count
        guard count > 0, let memory = amqp_pool_alloc(pool, count) else { return amqp_bytes_t() }
        UnsafeMutableRawBufferPointer(start: memory, count: count).copyBytes(from: bytes)
        return amqp_bytes_t(len: count, bytes: memory)
    }

    func shortString(_ string: String, _ field: @autoclosure () -> String) throws(AMQPError) -> amqp_bytes_t {
        let utf8 = string.utf8
        guard utf8.count <= 255 else {
            throw .invalidArgument("\(field()) is \(utf8.count) bytes of UTF-8 long; AMQP allows 255")
        }
        return bytes(utf8)
    }

    func array<Element>(of _: Element.Type, count: Int) -> UnsafeMutablePointer<Element>? {
        guard count > 0, let memory = amqp_pool_alloc(pool, count * MemoryLayout<Element>.stride) else { return nil }
        return memory.bindMemory(to: Element.self, capacity: count)
    }
}

extension amqp_bytes_t {
    /// Borrowed: librabbitmq's encoder and decoder only read what `bytes` points to, or write into a buffer that was
    /// mutable to begin with.
    init(_ buffer: UnsafeRawBufferPointer) {
        self.init(len: buffer.count, bytes: UnsafeMutableRawPointer(mutating: buffer.baseAddress))
    }

    var buffer: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: bytes, count: bytes == nil ? 0 : len) }
}

extension String {
    init(_ bytes: amqp_bytes_t) {
        self.init(decoding: bytes.buffer, as: UTF8.self)
    }
}
