internal import SSEBroker
internal import ServerSentEvents

/// What tells a client that events are missing: an event of the type `gap` with the reason as its data. It has no id, so
/// that the client's last event ID stays what it was.
@available(SwiftSSE 1.0, *)
enum GapFrames {
    private static let frames: [GapReason: EventFrame] = {
        var frames: [GapReason: EventFrame] = [:]
        for reason in GapReason.allCases {
            frames[reason] = try? EventFrame(Self.event(reason))
        }
        return frames
    }()

    static func event(_ reason: GapReason) -> ServerSentEvent { ServerSentEvent(type: "gap", data: reason.rawValue) }

    static func frame(_ reason: GapReason) -> EventFrame {
        guard let frame = Self.frames[reason] else { preconditionFailure("Every reason can be encoded.") }
        return frame
    }
}
