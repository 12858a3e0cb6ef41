#if NATS
internal import CNats

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
#endif
