/// The text between two variables of a URI template, with what it takes to find it in one walk.
///
/// The search is that of Knuth, Morris and Pratt, which never goes back in the text that it searches.
@available(SwiftSSE 1.0, *)
struct URITemplateLiteral: Sendable {
    let bytes: [UInt8]

    /// For each number of bytes that fit, less one: how many of them still fit if the next byte does not.
    private let borders: [UInt16]

    /// - Parameter bytes: The text, no longer than a template.
    init(_ bytes: [UInt8]) {
        var borders: [UInt16] = []
        borders.reserveCapacity(bytes.count)
        var length = 0
        for (index, byte) in bytes.enumerated() {
            if index > 0 {
                while length > 0, bytes[length] != byte { length = Int(borders[length - 1]) }
                if bytes[length] == byte { length += 1 }
            }
            borders.append(UInt16(length))
        }
        self.bytes = bytes
        self.borders = borders
    }

    /// Calls a closure with each distance from a text's start at which this ends in it.
    func forEachEnd<Text: RandomAccessCollection<UInt8>>(
        in text: Text,
        _ body: (Int) -> Void
    ) where Text.Index == Int {
        guard !self.bytes.isEmpty else { return (0...text.count).forEach(body) }
        var length = 0
        for (place, byte) in text.enumerated() {
            if length == self.bytes.count { length = Int(self.borders[length - 1]) }
            while length > 0, self.bytes[length] != byte { length = Int(self.borders[length - 1]) }
            if self.bytes[length] == byte { length += 1 }
            if length == self.bytes.count { body(place + 1) }
        }
    }
}
