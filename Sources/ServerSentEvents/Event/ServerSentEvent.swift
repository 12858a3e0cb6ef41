/// One event of an event stream: a type, data, and perhaps an id and a reconnection time.
///
/// Make events to send them, or take them from an ``EventStreamParser`` or a ``ServerSentEventSequence``:
///
/// ```swift
/// let event = ServerSentEvent(type: "price", data: #"{"ACME": 12.5}"#, id: "42")
/// let bytes = try EventStreamEncoder().encode(event)
/// // event: price
/// // id: 42
/// // data: {"ACME": 12.5}
/// ```
///
/// Each part is valid by construction: an ``EventType`` or an ``EventID`` with a line end in it cannot be made, and line
/// ends in the data become further `data` lines, so nothing a user typed can turn into a second field or event.
///
/// Two events are equal when their types, data, ids and reconnection times are equal byte for byte.
///
/// - SeeAlso: [HTML Standard, 9.2 Server-sent events](https://html.spec.whatwg.org/multipage/server-sent-events.html)
@available(SwiftSSE 1.0, *)
public struct ServerSentEvent: Sendable {
    @usableFromInline
    var shortType: ShortText
    @usableFromInline
    var shortID: ShortText
    @usableFromInline
    var retryMilliseconds: Int64
    @usableFromInline
    var content: EventContent

    @inlinable
    static var noRetry: Int64 { -1 }

    // Transparent, because inlining alone comes too late: the event would be stored in memory and copied and destroyed
    // there, for 300 of 1,340 instructions that parsing takes an event.
    @_transparent
    @usableFromInline
    init(shortType: ShortText, shortID: ShortText, retryMilliseconds: Int64, text: String) {
        self.init(shortType: shortType, shortID: shortID, retryMilliseconds: retryMilliseconds, content: .text(text))
    }

    @_transparent
    @usableFromInline
    init(shortType: ShortText, shortID: ShortText, retryMilliseconds: Int64, content: EventContent) {
        self.shortType = shortType
        self.shortID = shortID
        self.retryMilliseconds = retryMilliseconds
        self.content = content
    }

    init(type: EventText, id: EventText?, retry: ReconnectionTime?, text: String, bytes: [UInt8]?) {
        let content = EventContent(text: text, bytes: bytes, longType: type.long, longID: id?.long)
        let retryMilliseconds = retry?.milliseconds ?? Self.noRetry
        self.init(
            shortType: type.short,
            shortID: id?.short ?? .none,
            retryMilliseconds: retryMilliseconds,
            content: content
        )
    }

    private mutating func set(longType: String?, longID: String?) {
        let (text, bytes) = (self.content.text, self.content.extras?.bytes)
        self.content = EventContent(text: text, bytes: bytes, longType: longType, longID: longID)
    }

    private mutating func set(text: String, bytes: [UInt8]?) {
        let extras = self.content.extras
        self.content = EventContent(text: text, bytes: bytes, longType: extras?.longType, longID: extras?.longID)
    }

    /// Makes an event whose data is text.
    ///
    /// - Parameters:
    ///   - type: The event type.
    ///   - data: The data. Line ends may be LF, CR or CRLF; the format has no way to tell them apart, so all of them
    ///     arrive as LF.
    ///   - id: The event's id, `nil` to send none.
    ///   - retry: The reconnection time to set at the receiver, `nil` to send none.
    public init(type: EventType = .message, data: String, id: EventID? = nil, retry: ReconnectionTime? = nil) {
        self.init(type: type.text, id: id?.text, retry: retry, text: data, bytes: nil)
    }

    /// Makes an event whose data is bytes.
    ///
    /// Bytes that are UTF-8 text, such as the output of a JSON encoder, can be sent as they are. Any other bytes need
    /// ``DataEncoding/base64`` at both ends; the encoder refuses them otherwise.
    ///
    /// - Parameters:
    ///   - type: The event type.
    ///   - bytes: The data.
    ///   - id: The event's id, `nil` to send none.
    ///   - retry: The reconnection time to set at the receiver, `nil` to send none.
    public init(type: EventType = .message, bytes: [UInt8], id: EventID? = nil, retry: ReconnectionTime? = nil) {
        self.init(type: type.text, id: id?.text, retry: retry, text: "", bytes: bytes)
    }

    /// What listeners tell events apart by; `message` unless the `event` field says otherwise.
    public var type: EventType {
        get { EventType(unchecked: EventText(short: self.shortType, long: self.content.extras?.longType)) }
        set {
            self.shortType = newValue.text.short
            self.set(longType: newValue.text.long, longID: self.content.extras?.longID)
        }
    }

    /// The value of this event's own `id` field, `nil` if it has none.
    ///
    /// An event without an id leaves the last event ID as it is; an *empty* id resets it. What is in force after an
    /// event stands in ``EventStreamParser/lastEventID``.
    public var id: EventID? {
        get {
            let text = EventText(short: self.shortID, long: self.content.extras?.longID)
            return text.short.isNone && text.long == nil ? nil : EventID(unchecked: text)
        }
        set {
            self.shortID = newValue?.text.short ?? .none
            self.set(longType: self.content.extras?.longType, longID: newValue?.text.long)
        }
    }

    /// The reconnection time that came with this event, `nil` if it has none.
    public var retry: ReconnectionTime? {
        get {
            let milliseconds = self.retryMilliseconds
            return milliseconds == Self.noRetry ? nil : ReconnectionTime(unchecked: milliseconds)
        }
        set { self.retryMilliseconds = newValue?.milliseconds ?? Self.noRetry }
    }

    /// The data as text.
    ///
    /// For an event made from bytes that are not UTF-8, invalid sequences read as U+FFFD; ``bytes`` has them unchanged.
    public var data: String {
        @inlinable get {
            switch self.content {
            case .text(let text): text
            case .extras(let extras): extras.data
            }
        }
        set {
            self.set(text: newValue, bytes: nil)
        }
    }

    /// The data as bytes: the UTF-8 of text, or what Base64 decoded to.
    ///
    /// Reading this makes an array when the event holds text; ``withBytes(_:)`` reads in place.
    public var bytes: [UInt8] {
        get { self.content.extras?.bytes ?? Array(self.content.text.utf8) }
        set {
            self.set(text: "", bytes: newValue)
        }
    }

    /// Reads the data's bytes in place, without a copy.
    ///
    /// - Parameter body: Gets the bytes, which are valid for the call only.
    /// - Returns: What `body` returns.
    public func withBytes<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try self.withUnsafeBytes { (bytes) throws(Failure) in try body(bytes.span) }
    }

    /// `false` only if there is no id, and quickly told.
    var mayHaveID: Bool {
        guard self.shortID.isNone else { return true }
        if case .text = self.content { return false }
        return true
    }

    /// Whether the data is text for sure.
    var isMadeFromText: Bool { self.content.extras?.bytes == nil }

    func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard let bytes = self.content.extras?.bytes else { return try self.content.text.withUTF8Bytes(body) }
        return try bytes.withContiguousBytes(body)
    }
}

@available(SwiftSSE 1.0, *)
extension ServerSentEvent: Hashable {
    /// Tells whether two events have the same type, data, id and reconnection time, byte for byte.
    public static func == (first: Self, second: Self) -> Bool {
        first.type == second.type && first.id == second.id && first.retry == second.retry
            && first.withUnsafeBytes { first in second.withUnsafeBytes { first.elementsEqual($0) } }
    }

    /// Feeds type, data, id and reconnection time to a hasher.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(self.type)
        hasher.combine(self.id)
        hasher.combine(self.retry)
        self.withUnsafeBytes { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

@available(SwiftSSE 1.0, *)
extension ServerSentEvent: CustomStringConvertible {
    /// The event in one line, for logs.
    public var description: String {
        var parts = ["type: \(self.type)", "data: \(self.data.debugDescription)"]
        if let id = self.id { parts.append("id: \(id.rawValue.debugDescription)") }
        if let retry = self.retry { parts.append("retry: \(retry)") }
        return "ServerSentEvent(\(parts.joined(separator: ", ")))"
    }
}
