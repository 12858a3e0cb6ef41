/// The search for a part of a template in one walk, which never goes back in the text that it searches: that of Knuth,
/// Morris and Pratt.
///
/// All parts of a template share two arrays, since a client may send a hundred templates at a time, and each array of
/// its own would be paid for then.
@available(SwiftSSE 1.0, *)
struct URITemplateLiterals: Sendable {
    /// The whole template.
    let bytes: [UInt8]

    /// For each byte of a part that is searched for: how many of the part's bytes up to this one still fit if the next
    /// does not.
    private var borders: [UInt16]

    /// - Parameter bytes: The template, at most 65,535 bytes.
    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        self.borders = Array(repeating: 0, count: bytes.count)
    }

    /// Prepares a part to be searched for.
    mutating func prepare(_ part: Range<Int>) {
        var length = 0
        for index in part.dropFirst() {
            while length > 0, self.bytes[part.lowerBound + length] != self.bytes[index] {
                length = Int(self.borders[part.lowerBound + length - 1])
            }
            if self.bytes[part.lowerBound + length] == self.bytes[index] { length += 1 }
            self.borders[index] = UInt16(length)
        }
    }

    /// Adds the places in a text at which a part, which is not empty, ends, if it begins at one of certain places.
    ///
    /// - Parameters:
    ///   - part: A part that is prepared.
    ///   - ends: For each distance from the text's start whether it is such a place, 0 or 1; only added to.
    ///   - starts: The places where the part may begin, in the same form.
    /// - Returns: Whether there are any.
    func addEnds<Text: RandomAccessCollection<UInt8>>(
        of part: Range<Int>,
        to ends: UnsafeMutableBufferPointer<UInt8>,
        after starts: UnsafeMutableBufferPointer<UInt8>,
        in text: Text
    ) -> Bool where Text.Index == Int {
        let (first, count, start) = (part.lowerBound, part.count, text.startIndex)
        return self.bytes.withUnsafeBufferPointer { bytes in
            self.borders.withUnsafeBufferPointer { borders in
                var isAny: UInt8 = 0
                var length = 0
                for place in 0..<text.count {
                    let byte = text[start + place]
                    if length == count { length = Int(borders[first + length - 1]) }
                    while length > 0, bytes[first + length] != byte { length = Int(borders[first + length - 1]) }
                    if bytes[first + length] == byte { length += 1 }
                    if length == count {
                        let isStart = starts[place + 1 - count]
                        ends[place + 1] |= isStart
                        isAny |= isStart
                    }
                }
                return isAny != 0
            }
        }
    }
}
