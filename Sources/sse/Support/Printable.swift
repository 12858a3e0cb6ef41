extension StringProtocol {
    /// The text with control characters made visible, so that what a server sends cannot rearrange a terminal.
    var printable: String {
        guard self.unicodeScalars.contains(where: \.isControl) else { return String(self) }
        return self.unicodeScalars.map { $0.isControl ? "\\u{\(String($0.value, radix: 16))}" : String($0) }.joined()
    }
}

extension CustomStringConvertible {
    /// The description with control characters made visible.
    var printable: String { self.description.printable }
}

extension Unicode.Scalar {
    fileprivate var isControl: Bool { self.properties.generalCategory == .control && self != "\t" }
}
