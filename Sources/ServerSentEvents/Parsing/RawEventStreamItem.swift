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
