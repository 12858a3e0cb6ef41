internal import NIOCore
internal import SSEBroker
internal import ServerSentEvents

/// A message that a stream carries beside the events of the log.
@available(SwiftSSE 1.0, *)
enum StreamMessage: Hashable, Sendable {
    /// A comment, so that nobody takes the connection for dead; and the position, if the client does not know it.
    case heartbeat(EventPosition?)

    /// The position up to which the client has seen the log: an `id` by itself, which moves its last event ID and
    /// dispatches nothing (HTML Standard, section 9.2.6).
    case position(EventPosition)

    /// That events are missing: an event of the type `gap` with the reason as its data. It has no id, so that the client's
    /// last event ID stays what it was until it has been told everything.
    case gap(GapReason)

    /// The event that tells of a gap.
    static func gapEvent(_ reason: GapReason) -> ServerSentEvent {
        ServerSentEvent(type: "gap", data: reason.rawValue)
    }

    /// The position as an event stream has it.
    static func bytes(_ position: EventPosition) -> [UInt8] { Array("id: \(position.wireID)\n\n".utf8) }

    /// The message as an event stream has it.
    var bytes: [UInt8] {
        let encoder = EventStreamEncoder()
        switch self {
        case .heartbeat(let position): return encoder.encode(comment: "") + (position.map(Self.bytes) ?? [])
        case .position(let position): return Self.bytes(position)
        case .gap(let reason):
            guard let bytes = try? encoder.encode(Self.gapEvent(reason)) else {
                preconditionFailure("Every reason can be encoded.")
            }
            return bytes
        }
    }
}

/// The bytes of messages. Those of the last one are kept, since most subscribers are sent the same at the same time.
@available(SwiftSSE 1.0, *)
struct MessageFrames {
    private var last: (message: StreamMessage, framing: FrameBatch.Framing, bytes: ByteBuffer)?

    mutating func bytes(_ message: StreamMessage, _ framing: FrameBatch.Framing) -> ByteBuffer {
        if let last, last.message == message, last.framing == framing { return last.bytes }
        let bytes = framing.buffer(message.bytes)
        self.last = (message, framing, bytes)
        return bytes
    }
}

/// The outcome of sending bytes.
enum SendResult<Place> {
    /// The connection took all of them.
    case all
    /// It took them up to a place, and takes no more before it tells that it does.
    case some(Place)
    /// It is broken.
    case nothing

    func map<Other>(_ transform: (Place) -> Other) -> SendResult<Other> {
        switch self {
        case .all: .all
        case .some(let place): .some(transform(place))
        case .nothing: .nothing
        }
    }
}
