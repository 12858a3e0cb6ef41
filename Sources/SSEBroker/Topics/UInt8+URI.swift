extension UInt8 {
    private var isLetterOrDigit: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    /// A Boolean value that indicates whether a variable's name may hold this byte as it is: RFC 6570, section 2.3.
    fileprivate var isVariableNameByte: Bool {
        self.isLetterOrDigit || self == UInt8(ascii: "_")
    }

    /// A Boolean value that indicates whether this byte is a decimal digit.
    var isDecimalDigit: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= self }

    /// Whether this byte is always itself in a URI: RFC 3986, section 2.3.
    var isUnreserved: Bool {
        switch self {
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
        default: self.isLetterOrDigit
        }
    }

    /// Whether this byte may have a meaning in a URI: RFC 3986, section 2.2.
    var isReserved: Bool {
        switch self {
        case UInt8(ascii: ":"), UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "["),
            UInt8(ascii: "]"), UInt8(ascii: "@"), UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "&"),
            UInt8(ascii: "'"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "*"), UInt8(ascii: "+"),
            UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "="):
            true
        default: false
        }
    }

    /// Whether this byte is a hexadecimal digit.
    var isHexDigit: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}

extension ArraySlice<UInt8> {
    /// A Boolean value that indicates whether these bytes may be a variable's name, with escapes: RFC 6570, section
    /// 2.3.
    var isVariableName: Bool {
        var index = self.startIndex
        // A dot stands between two others only.
        var isBehindDot = true
        while index < self.endIndex {
            if self[index] == UInt8(ascii: ".") {
                guard !isBehindDot else { return false }
                isBehindDot = true
                index += 1
                continue
            }
            isBehindDot = false
            if self[index].isVariableNameByte {
                index += 1
            } else {
                guard self[index] == UInt8(ascii: "%"), index + 2 < self.endIndex, self[index + 1].isHexDigit,
                    self[index + 2].isHexDigit
                else { return false }
                index += 3
            }
        }
        return !isBehindDot
    }
}
