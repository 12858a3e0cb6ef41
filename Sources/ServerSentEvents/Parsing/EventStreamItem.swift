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
