/// A URI template that topics are matched against.
///
/// All of RFC 6570 is understood: the operators `+`, `#`, `.`, `/`, `;`, `?` and `&`, and the modifiers `:3` and `*`.
/// A topic fits if there are values, strings, lists or associative arrays, with which the template expands to it. So
/// `{name}` stands for any number of unreserved characters, escapes and commas, but for no slash; `{+name}` stands for
/// reserved characters, too, and `{?name}` for `?name=` with a value, or for nothing. The text between expressions fits as
/// it is, and with what no URI may have replaced by escapes, as an expansion has it: `é` by `%C3%A9`. The names of pairs in
/// `{?x*}` have no reserved characters.
///
/// ```swift
/// let template = try URITemplate("https://example.com/users/{user}/inbox")
/// template.matches("https://example.com/users/dunglas/inbox")  // true
/// ```
///
/// A template is compiled once. Matching takes a time that is linear in the topic's length for each variable, whatever
/// the template looks like, and a template has at most ``maximumVariableCount`` of them. A topic that equals the
/// template's text matches as well, as the Mercure protocol 0.x asks for.
///
/// The rule's source: RFC 6570, sections 2 and 3.
@available(SwiftSSE 1.0, *)
public struct URITemplate: Sendable {
    /// The most variables of one template: 16.
    public static let maximumVariableCount = URITemplateMachine.maximumVariableCount

    /// The template as text.
    public let rawValue: String

    private let machine: URITemplateMachine

    /// The same for the text between expressions with escapes, `nil` if it needs none.
    private let escaped: URITemplateMachine?

    /// Reads a template.
    ///
    /// - Parameter rawValue: The template as text.
    /// - Throws: ``BrokerError`` with the code ``BrokerError/Code/invalidTemplate`` if it is not a template, or
    ///   has more than ``maximumVariableCount`` variables;
    ///   ``BrokerError/Code/invalidTopic`` if it holds what no topic can hold, or is longer than
    ///   ``Topic/maximumByteCount``.
    public init(_ rawValue: String) throws(BrokerError) {
        try Topic.check(rawValue, what: "URI template")
        self.rawValue = rawValue
        self.machine = try URITemplateMachine(rawValue)
        let escaped = Self.escaping(rawValue)
        self.escaped = escaped == rawValue ? nil : try URITemplateMachine(escaped)
    }

    /// A template as text, with escapes between the expressions for what no URI may have (RFC 6570, section 3.1).
    private static func escaping(_ template: String) -> String {
        let hexDigits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in template.utf8 {
            // Nothing else is within the braces of an expression.
            if byte.isUnreserved || byte.isReserved || "%{}".utf8.contains(byte) {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), hexDigits[Int(byte >> 4)], hexDigits[Int(byte & 0xF)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// How many variables the template has.
    package var variableCount: Int { self.machine.variableCount }

    /// The cost of matching for each byte of a topic, in units of ``MatchBudget``.
    package var cost: Int { max(1, self.machine.cost) * (self.escaped == nil ? 1 : 2) }

    /// Tells whether the template can expand to a topic.
    ///
    /// - Parameter topic: The topic.
    /// - Returns: Whether it matches.
    public func matches(_ topic: Topic) -> Bool {
        var text = topic.rawValue
        return text.withUTF8 { self.machine.matches($0) || self.escaped?.matches($0) == true }
            || self.rawValue.utf8.elementsEqual(topic.rawValue.utf8)
    }
}

@available(SwiftSSE 1.0, *)
extension URITemplate: Hashable {
    /// Whether two templates are the same text.
    public static func == (first: Self, second: Self) -> Bool {
        first.rawValue.utf8.elementsEqual(second.rawValue.utf8)
    }

    /// Hashes the template's text.
    public func hash(into hasher: inout Hasher) {
        var text = self.rawValue
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

@available(SwiftSSE 1.0, *)
extension URITemplate: CustomStringConvertible {
    /// The template as text.
    public var description: String { self.rawValue }
}

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
