#if NATS
internal import CNats
internal import SSEBroker

/// A header in which a field of an event travels, or a server says something.
struct MessageHeader: Sendable {
    /// All topics, escaped and with spaces between them, the canonical one first; without it the subject is the topic.
    static let topics = MessageHeader("Sse-Topics")
    /// The id that the publisher chose, escaped.
    static let id = MessageHeader("Sse-Id")
    /// The event's type, escaped.
    static let type = MessageHeader("Sse-Type")
    /// The reconnection time in milliseconds.
    static let retry = MessageHeader("Sse-Retry")
    /// There if the event is private, whatever its value.
    static let isPrivate = MessageHeader("Sse-Private")

    /// Why a server has sent something else than a message of the stream.
    static let status = MessageHeader("Status")
    /// Where a server waits for an answer before it sends more.
    static let stalled = MessageHeader("Nats-Consumer-Stalled")
    /// The number of the last message that a consumer has sent.
    static let lastOfConsumer = MessageHeader("Nats-Last-Consumer")

    /// A literal, so that nothing has to be copied for the library; those end with a 0.
    private let name: StaticString

    private init(_ name: StaticString) {
        self.name = name
    }

    /// Sets the header in a message.
    func set(_ value: String, in message: OpaquePointer) throws(NATSFailure) {
        try check(self.withCString { natsMsgHeader_Set(message, $0, value) })
    }

    /// Reads the header's first value.
    func value<Output>(in message: OpaquePointer, _ body: (UnsafePointer<CChar>) -> Output) -> Output? {
        var value: UnsafePointer<CChar>?
        guard self.withCString({ natsMsgHeader_Get(message, $0, &value) }) == NATS_OK, let value else { return nil }
        return body(value)
    }

    /// Reads the header as it is.
    func plainText(in message: OpaquePointer) -> String? { self.value(in: message) { String(cString: $0) } }

    /// Reads an escaped text, `nil` if there is none or it cannot be read.
    func text(in message: OpaquePointer) -> String? {
        self.value(in: message) { PercentText.read($0.bytes) } ?? nil
    }

    private func withCString<Output>(_ body: (UnsafePointer<CChar>) -> Output) -> Output {
        body(UnsafeRawPointer(self.name.utf8Start).assumingMemoryBound(to: CChar.self))
    }
}

extension UnsafePointer<CChar> {
    /// The bytes before the 0 at the end.
    var bytes: UnsafeRawBufferPointer {
        var count = 0
        while self[count] != 0 { count += 1 }
        return UnsafeRawBufferPointer(start: self, count: count)
    }
}

/// Texts with the bytes escaped that a subject or a header has no place for: `%`, and the byte as two digits.
///
/// The same text is always written in the same way, and no other text is written so.
enum PercentText {
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// Writes a text as a header's value, without spaces: visible ASCII but for `%` stands for itself.
    static func header(_ text: some StringProtocol) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for byte in text.utf8 { Self.append(byte, to: &bytes, isKept: (0x21...0x7E).contains(byte)) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Writes a byte.
    static func append(_ byte: UInt8, to bytes: inout [UInt8], isKept: Bool) {
        if isKept, byte != UInt8(ascii: "%") {
            bytes.append(byte)
        } else {
            bytes.append(UInt8(ascii: "%"))
            bytes.append(Self.digits[Int(byte >> 4)])
            bytes.append(Self.digits[Int(byte & 15)])
        }
    }

    /// Reads a text, `nil` if an escape is cut short or the bytes are no UTF-8. What is not escaped stands for itself,
    /// whether or not this would have escaped it, since others may have written it.
    static func read(_ bytes: some Collection<UInt8>) -> String? {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var rest = bytes.makeIterator()
        while let byte = rest.next() {
            guard byte == UInt8(ascii: "%") else {
                result.append(byte)
                continue
            }
            guard let high = rest.next().flatMap(Self.value), let low = rest.next().flatMap(Self.value) else {
                return nil
            }
            result.append(high << 4 | low)
        }
        return String(validating: result, as: UTF8.self)
    }

    private static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
#endif
