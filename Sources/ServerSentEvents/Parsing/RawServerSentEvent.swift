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
