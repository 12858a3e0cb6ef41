#if NATS
internal import CNats

/// The headers in which an event's fields travel.
enum MessageHeader {
    /// All topics, escaped and with spaces between them, the canonical one first; without it the subject is the topic.
    static let topics = "Sse-Topics"
    /// The id that the publisher chose, escaped.
    static let id = "Sse-Id"
    /// The event's type, escaped.
    static let type = "Sse-Type"
    /// The reconnection time in milliseconds.
    static let retry = "Sse-Retry"
    /// There if the event is private, whatever its value.
    static let isPrivate = "Sse-Private"

    /// Reads a header's first value.
    static func value<Output>(_ name: String, of message: OpaquePointer, _ body: (UnsafePointer<CChar>) -> Output)
        -> Output?
    {
        var value: UnsafePointer<CChar>?
        guard natsMsgHeader_Get(message, name, &value) == NATS_OK, let value else { return nil }
        return body(value)
    }

    /// Reads an escaped text, `nil` if there is none or it cannot be read.
    static func text(_ name: String, of message: OpaquePointer) -> String? {
        self.value(name, of: message) { value in
            PercentText.read(value.bytes)
        } ?? nil
    }
}

extension UnsafePointer<CChar> {
    /// The bytes before the 0 at the end.
    var bytes: some Collection<UInt8> {
        UnsafeBufferPointer(start: self, count: self.byteCount).lazy.map { UInt8(bitPattern: $0) }
    }
}
#endif
