/// Bare DEFLATE that becomes 159 times as long for each bit that it has.
enum DeflateBomb {
    /// Makes a body of a text, and its last letter many times over.
    ///
    /// - Parameters:
    ///   - text: The text, in ASCII.
    ///   - repetitions: How many times 258 letters follow, at 13 bits each.
    ///   - isLast: Whether the body ends after that.
    static func bytes(beginningWith text: String, repetitions: Int, isLast: Bool = true) -> [UInt8] {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        var count = 0
        func append(_ bit: Int) {
            byte |= UInt8(bit) << count
            count += 1
            guard count == 8 else { return }
            bytes.append(byte)
            (byte, count) = (0, 0)
        }
        /// Codes come with their highest bit first.
        func append(code: Int, length: Int) {
            for bit in (0..<length).reversed() { append(code >> bit & 1) }
        }
        append(isLast ? 1 : 0)
        // A block with the fixed codes.
        append(1)
        append(0)
        for letter in text.utf8 { append(code: 0x30 + Int(letter), length: 8) }
        for _ in 0..<repetitions {
            append(code: 0b1100_0101, length: 8)
            append(code: 0, length: 5)
        }
        append(code: 0, length: 7)
        while count > 0 { append(0) }
        return bytes
    }
}
