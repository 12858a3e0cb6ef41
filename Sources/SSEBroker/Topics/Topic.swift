/// What an event is about; subscribers choose events by their topics.
///
/// A topic is a UTF-8 string, often a URI, compared byte by byte. An event may have several; the first is canonical.
///
/// ```swift
/// let topic = try Topic("https://example.com/books/1")
/// ```
///
/// Follows the topics of the Mercure protocol (Internet-Draft 08): no C0, C1 or DEL characters, no Unicode format
/// characters, and not `*`, which selects every topic.
@available(SwiftSSE 1.0, *)
public struct Topic: Sendable, Hashable {
    /// The longest topic, in bytes of UTF-8.
    public static let maximumByteCount = 2048

    /// The topic as text.
    public let rawValue: String

    /// Makes a topic.
    ///
    /// - Parameter rawValue: The topic as text.
    /// - Throws: ``BrokerError`` with the code ``BrokerError/Code/invalidTopic`` if it is empty, longer than
    ///   ``maximumByteCount``, `*`, or holds control or format characters.
    public init(_ rawValue: String) throws(BrokerError) {
        try Topic.check(rawValue, what: "topic")
        guard rawValue != "*" else {
            throw BrokerError(code: .invalidTopic, message: "`*` selects every topic; it cannot be a topic itself.")
        }
        // Comparing and hashing native UTF-8 is a comparison of bytes.
        var rawValue = rawValue
        rawValue.makeContiguousUTF8()
        self.rawValue = rawValue
    }

    /// Checks what topics and selectors have in common.
    static func check(_ text: String, what: String) throws(BrokerError) {
        guard !text.isEmpty else { throw BrokerError(code: .invalidTopic, message: "A \(what) cannot be empty.") }
        guard text.utf8.count <= Topic.maximumByteCount else {
            throw BrokerError(
                code: .invalidTopic,
                message: "A \(what) has at most \(Topic.maximumByteCount) bytes; this one has \(text.utf8.count)."
            )
        }
        for scalar in text.unicodeScalars where scalar.isControlOrFormat {
            throw BrokerError(
                code: .invalidTopic,
                message: "A \(what) cannot hold U+\(String(scalar.value, radix: 16, uppercase: true))."
            )
        }
    }
}

@available(SwiftSSE 1.0, *)
extension Topic {
    /// Whether two topics are the same bytes; unlike strings, which also are equal when they only look the same.
    public static func == (first: Self, second: Self) -> Bool {
        first.rawValue.utf8.elementsEqual(second.rawValue.utf8)
    }

    /// Hashes the topic's bytes.
    public func hash(into hasher: inout Hasher) {
        var text = self.rawValue
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

@available(SwiftSSE 1.0, *)
extension Topic: Comparable {
    /// The order of the topics' bytes.
    public static func < (first: Self, second: Self) -> Bool {
        first.rawValue.utf8.lexicographicallyPrecedes(second.rawValue.utf8)
    }
}

@available(SwiftSSE 1.0, *)
extension Topic: ExpressibleByStringLiteral {
    /// Makes a topic of a literal; a literal that cannot be a topic is a programmer's error and traps.
    public init(stringLiteral value: String) {
        do throws(BrokerError) {
            self = try Topic(value)
        } catch {
            preconditionFailure(error.message)
        }
    }
}

@available(SwiftSSE 1.0, *)
extension Topic: CustomStringConvertible {
    /// The topic as text.
    public var description: String { self.rawValue }
}
