extension [UInt8] {
    /// Whether a byte may stand for itself in a form.
    private static let isPlain: [Bool] = (0...255).map { (byte: UInt8) in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "*"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"):
            true
        default:
            false
        }
    }

    private static let digits = Array("0123456789ABCDEF".utf8)

    /// Appends a name or a value as `application/x-www-form-urlencoded` has it.
    mutating func appendFormEncoded(_ bytes: ArraySlice<UInt8>) {
        let (isPlain, digits) = (Self.isPlain, Self.digits)
        for byte in bytes {
            if isPlain[Int(byte)] {
                self.append(byte)
            } else if byte == UInt8(ascii: " ") {
                self.append(UInt8(ascii: "+"))
            } else {
                self.append(UInt8(ascii: "%"))
                self.append(digits[Int(byte >> 4)])
                self.append(digits[Int(byte & 15)])
            }
        }
    }
}

extension String {
    /// The text as a form or a query has it.
    var formEncoded: String {
        var encoded: [UInt8] = []
        encoded.appendFormEncoded(Array(self.utf8)[...])
        return String(decoding: encoded, as: UTF8.self)
    }
}
