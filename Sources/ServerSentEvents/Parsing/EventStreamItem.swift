/// What a parser finds in a stream, in the order in which it stands there.
@available(SwiftSSE 1.0, *)
public enum EventStreamItem: Sendable, Hashable {
    /// An event was dispatched.
    case event(ServerSentEvent)

    /// A comment: the text after the colon, with the space that may stand first in it.
    ///
    /// Parsers report comments only if ``EventStreamParser/Configuration/reportsComments`` says so.
    case comment(String)

    /// A valid `retry` field: from now on this is the reconnection time. An event in the same block carries it too.
    case retry(ServerSentEvent.ReconnectionTime)

    /// A block with an `id` field but no data: there is no event, yet the last event ID is now this one.
    case lastEventID(ServerSentEvent.EventID)

    /// An event was dispatched whose data is not the Base64 that the parser was told to expect. The stream goes on, and
    /// the event's id, if it has one, is the last event ID now.
    case invalidData(ServerSentEventsError, id: ServerSentEvent.EventID?)
}

@available(SwiftSSE 1.0, *)
extension EventStreamItem {
    /// Makes the item that outlives the call from one that does not.
    @inline(never)
    init(_ item: RawEventStreamItem, _ dataEncoding: DataEncoding) {
        switch item {
        case .event(let event):
            do throws(ServerSentEventsError) {
                self = .event(try event.makeEvent(dataEncoding: dataEncoding))
            } catch {
                let id = event.id.map { ServerSentEvent.EventID(unchecked: EventText(decoding: $0)) }
                self = .invalidData(error, id: id)
            }
        case .comment(let text): self = .comment(String(decodingStream: text))
        case .retry(let time): self = .retry(time)
        case .lastEventID(let id): self = .lastEventID(ServerSentEvent.EventID(unchecked: EventText(decoding: id)))
        }
    }
}

/// What a parser finds in a stream, as byte ranges of which no copy has been made.
///
/// The ranges are valid only inside the call that hands the item out.
@available(SwiftSSE 1.0, *)
public enum RawEventStreamItem {
    /// An event was dispatched.
    case event(RawServerSentEvent)

    /// A comment: the bytes after the colon.
    case comment(UnsafeBufferPointer<UInt8>)

    /// A valid `retry` field.
    case retry(ServerSentEvent.ReconnectionTime)

    /// A block with an `id` field but no data: the bytes of the id.
    case lastEventID(UnsafeBufferPointer<UInt8>)
}

@available(*, unavailable)
extension RawEventStreamItem: Sendable {}

/// An event as byte ranges, without a string made or a byte copied.
///
/// For consumers that pick a few events out of many, or hand the data to a JSON decoder as bytes. The ranges lie in the
/// chunk being parsed or in the parser, and are valid only inside the call that hands the event out. They are what the
/// sender wrote: invalid UTF-8 is still in them, and Base64 is not decoded.
@available(SwiftSSE 1.0, *)
public struct RawServerSentEvent {
    /// The bytes of the type; empty means `message`.
    public let type: UnsafeBufferPointer<UInt8>

    /// The bytes of the data; several `data` lines are joined by LF.
    public let data: UnsafeBufferPointer<UInt8>

    /// The bytes of this event's own `id` field, `nil` if it has none.
    public let id: UnsafeBufferPointer<UInt8>?

    /// The reconnection time that came with the event, `nil` if it has none.
    public let retry: ServerSentEvent.ReconnectionTime?

    /// Makes the event that outlives the call.
    ///
    /// - Parameter dataEncoding: What the data is to be read as.
    /// - Returns: The event; invalid UTF-8 has become U+FFFD as the Encoding Standard asks.
    /// - Throws: ``ServerSentEventsError`` with the code ``ServerSentEventsError/Code/invalidBase64``.
    public func makeEvent(dataEncoding: DataEncoding = .text) throws(ServerSentEventsError) -> ServerSentEvent {
        switch dataEncoding.kind {
        case .text:
            return self.makeTextEvent()
        case .base64:
            let bytes = try Base64.decode(self.data)
            return ServerSentEvent(type: self.typeText, id: self.idText, retry: self.retry, text: "", bytes: bytes)
        }
    }

    func makeTextEvent() -> ServerSentEvent {
        let text = String(decodingStream: self.data)
        return ServerSentEvent(type: self.typeText, id: self.idText, retry: self.retry, text: text, bytes: nil)
    }

    @inlinable
    @inline(__always)
    init(
        type: UnsafeBufferPointer<UInt8>,
        data: UnsafeBufferPointer<UInt8>,
        id: UnsafeBufferPointer<UInt8>?,
        retry: ServerSentEvent.ReconnectionTime?
    ) {
        self.type = type
        self.data = data
        self.id = id
        self.retry = retry
    }

    private var typeText: EventText { self.type.isEmpty ? EventText(short: .message) : EventText(decoding: self.type) }

    private var idText: EventText? { self.id.map { EventText(decoding: $0) } }
}

@available(*, unavailable)
extension RawServerSentEvent: Sendable {}
