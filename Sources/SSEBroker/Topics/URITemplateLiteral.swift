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

    /// Adds the places in a text at which this ends, if it begins at one of certain places.
    ///
    /// - Parameters:
    ///   - ends: For each distance from the text's start whether it is such a place; only added to.
    ///   - starts: The places where this may begin, in the same form.
    func addEnds<Text: RandomAccessCollection<UInt8>>(
        to ends: inout [Bool],
        after starts: [Bool],
        in text: Text
    ) where Text.Index == Int {
        let count = self.bytes.count
        guard count > 0 else {
            for place in starts.indices where starts[place] { ends[place] = true }
            return
        }
        var length = 0
        for place in 0..<text.count {
            let byte = text[text.startIndex + place]
            if length == count { length = Int(self.borders[length - 1]) }
            while length > 0, self.bytes[length] != byte { length = Int(self.borders[length - 1]) }
            if self.bytes[length] == byte { length += 1 }
            if length == count, starts[place + 1 - count] { ends[place + 1] = true }
        }
    }
}
