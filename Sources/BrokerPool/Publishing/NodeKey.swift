/// Keys for strategies that keep what belongs together on one node: the same in every process, unlike Swift's own hashes.
enum NodeKey {
    /// FNV-1a.
    static func hash(_ text: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return hash
    }
}
