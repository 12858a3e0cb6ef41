/// FNV-1a with 64 bits: for short texts, and the same everywhere and always, which Swift's own hashes are not.
package enum FNV {
    /// Inlinable, since modules beside this one hash every message with it.
    @inlinable
    package static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes {
            hash ^= UInt64(byte)
            hash &*= 0x0000_0100_0000_01B3
        }
        return hash
    }
}
