/// Base64 by the book, one bit after the other.
enum ModelBase64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: [UInt8]) -> [UInt8] {
        var bits = bytes.flatMap { byte in (0..<8).map { byte >> (7 - $0) & 1 } }
        while bits.count % 6 != 0 { bits.append(0) }
        var text = stride(from: 0, to: bits.count, by: 6).map { start in
            Self.alphabet[Int(bits[start..<start + 6].reduce(0) { $0 << 1 | $1 })]
        }
        while text.count % 4 != 0 { text.append(UInt8(ascii: "=")) }
        return text
    }

    /// Decodes text that may be cut into lines; `nil` if it is not Base64 with padding.
    static func decode(_ text: [UInt8]) -> [UInt8]? {
        let characters = text.filter { $0 != 0x0A }
        let digits = characters.prefix { $0 != UInt8(ascii: "=") }
        let padding = characters.dropFirst(digits.count)
        guard characters.count % 4 == 0, padding.count <= 2, padding.allSatisfy({ $0 == UInt8(ascii: "=") }) else {
            return nil
        }
        var bits: [UInt8] = []
        for digit in digits {
            guard let value = Self.alphabet.firstIndex(of: digit) else { return nil }
            bits += (0..<6).map { UInt8(value >> (5 - $0) & 1) }
        }
        return stride(from: 0, to: bits.count - bits.count % 8, by: 8).map { start in
            bits[start..<start + 8].reduce(0) { $0 << 1 | $1 }
        }
    }
}
