// The one use of the platform's C library: its memchr runs at the speed of memory, which a Swift loop does not reach. Embedded
// Swift has none.
#if hasFeature(Embedded)
#elseif canImport(Darwin)
private import Darwin
#elseif canImport(Glibc)
private import Glibc
#elseif canImport(Musl)
private import Musl
#elseif canImport(Android)
private import Android
#elseif canImport(WASILibc)
private import WASILibc
#endif

/// Finds the first `byte` in `start..<end`; `end` if there is none.
///
/// Most lines of an event stream are short. Their first bytes are looked at here, eight at a time, because calling
/// `memchr` takes longer than that; it gets what remains.
@inline(__always)
func find(
    _ byte: UInt8,
    from start: UnsafePointer<UInt8>,
    to end: UnsafePointer<UInt8>
) -> UnsafePointer<UInt8> {
    var start = start
    if end - start >= 16 {
        let word = start.word ^ (UInt64(byte) &* 0x0101_0101_0101_0101)
        if let index = word.firstZeroByte { return start + index }
        let next = (start + 8).word ^ (UInt64(byte) &* 0x0101_0101_0101_0101)
        if let index = next.firstZeroByte { return start + 8 + index }
        start += 16
    } else if end - start < 8 {
        while start < end, start.pointee != byte { start += 1 }
        return start
    }
    return search(byte, from: start, to: end)
}

/// Finds the first `byte` in `start..<end`, of which there is likely to be much; `end` if there is none.
@inline(__always)
func search(
    _ byte: UInt8,
    from start: UnsafePointer<UInt8>,
    to end: UnsafePointer<UInt8>
) -> UnsafePointer<UInt8> {
    #if hasFeature(Embedded)
    var start = start
    while end - start >= 8 {
        if let index = (start.word ^ (UInt64(byte) &* 0x0101_0101_0101_0101)).firstZeroByte { return start + index }
        start += 8
    }
    while start < end, start.pointee != byte { start += 1 }
    return start
    #else
    guard let found = memchr(start, Int32(byte), end - start) else { return end }
    return UnsafePointer(found.assumingMemoryBound(to: UInt8.self))
    #endif
}

extension UnsafePointer<UInt8> {
    /// The eight bytes here, the first one lowest.
    @inline(__always)
    var word: UInt64 {
        UInt64(littleEndian: UnsafeRawPointer(self).loadUnaligned(as: UInt64.self))
    }
}

extension UInt64 {
    /// The index of the lowest byte that is zero.
    @inline(__always)
    fileprivate var firstZeroByte: Int? {
        // Borrows make the bytes above a zero byte look like zeros too, never the ones below it.
        let zeros = (self &- 0x0101_0101_0101_0101) & ~self & 0x8080_8080_8080_8080
        return zeros == 0 ? nil : zeros.trailingZeroBitCount / 8
    }
}
