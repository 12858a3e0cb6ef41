extension String {
    /// Decodes UTF-8 as the Encoding Standard asks: every maximal invalid piece becomes one U+FFFD.
    ///
    /// The same as `String(decoding:as:)`, which looks at text that is not ASCII byte by byte: for 180 bytes with one
    /// umlaut in them it takes 3.5 times as long as for ASCII. So such text is validated here and only made there.
    init(decodingStream bytes: UnsafeBufferPointer<UInt8>) {
        guard #available(macOS 26, iOS 26, watchOS 26, tvOS 26, visionOS 26, *), bytes.count >= 16 else {
            self.init(decoding: bytes, as: UTF8.self)
            return
        }
        let isASCII = bytes.isASCII
        if isASCII || bytes.isUTF8 {
            self.init(copying: UTF8Span(unchecked: bytes.span, isKnownASCII: isASCII))
        } else {
            self.init(decoding: bytes, as: UTF8.self)
        }
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Whether all bytes, of which there are at least 16, are ASCII.
    ///
    /// Nearly all data is, and it is short. So there is one loop and no remainder that is looked at byte by byte: the
    /// last bytes are read together with some that have been read before.
    @inline(__always)
    fileprivate var isASCII: Bool {
        let bytes = UnsafeRawBufferPointer(self)
        let count = bytes.count
        var bits = bytes.sixteenBytes(at: count - 16)
        var index = 0
        while index + 32 <= count {
            bits |= bytes.sixteenBytes(at: index) | bytes.sixteenBytes(at: index + 16)
            index += 32
        }
        if index + 16 <= count { bits |= bytes.sixteenBytes(at: index) }
        return (bits[0] | bits[1]) & 0x8080_8080_8080_8080 == 0
    }
}

extension UnsafeRawBufferPointer {
    @inline(__always)
    fileprivate func sixteenBytes(at offset: Int) -> SIMD2<UInt64> {
        self.loadUnaligned(fromByteOffset: offset, as: SIMD2<UInt64>.self)
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Whether the bytes are UTF-8 through and through.
    ///
    /// - SeeAlso: [The Unicode Standard, table 3-7](https://www.unicode.org/versions/latest/core-spec/chapter-3/)
    var isUTF8: Bool {
        var index = 0
        let count = self.count
        while true {
            index = self.endOfASCII(from: index)
            guard index < count else { return true }
            let length = self.lengthOfSequence(at: index)
            guard length > 0 else { return false }
            index += length
        }
    }

    /// The index of the first byte at or after `start` that is not ASCII.
    @inline(__always)
    private func endOfASCII(from start: Int) -> Int {
        let bytes = UnsafeRawBufferPointer(self)
        var index = start
        while index + 32 <= bytes.count {
            var words: UInt64 = 0
            for offset in stride(from: 0, to: 32, by: 8) {
                words |= bytes.loadUnaligned(fromByteOffset: index + offset, as: UInt64.self)
            }
            if words & 0x8080_8080_8080_8080 != 0 { break }
            index += 32
        }
        while index + 8 <= bytes.count {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            let high = word & 0x8080_8080_8080_8080
            if high != 0 { return index + high.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < bytes.count, bytes[index] < 0x80 { index += 1 }
        return index
    }

    /// The length of the sequence of two to four bytes that begins at `index`, 0 if it is not valid.
    @inline(__always)
    private func lengthOfSequence(at index: Int) -> Int {
        let first = self[index]
        let (length, second): (Int, ClosedRange<UInt8>) =
            switch first {
            case 0xC2...0xDF: (2, 0x80...0xBF)
            case 0xE0: (3, 0xA0...0xBF)
            case 0xED: (3, 0x80...0x9F)
            case 0xE1...0xEF: (3, 0x80...0xBF)
            case 0xF0: (4, 0x90...0xBF)
            case 0xF1...0xF3: (4, 0x80...0xBF)
            case 0xF4: (4, 0x80...0x8F)
            default: (0, 0x80...0xBF)
            }
        guard length > 0, index + length <= self.count, second.contains(self[index + 1]) else { return 0 }
        for offset in 2..<Swift.max(length, 2) where self[index + offset] & 0xC0 != 0x80 { return 0 }
        return length
    }
}
