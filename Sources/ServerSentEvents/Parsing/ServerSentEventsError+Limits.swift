@available(SwiftSSE 1.0, *)
extension ServerSentEventsError {
    static func lineTooLong(_ limits: EventStreamLimits) -> ServerSentEventsError {
        ServerSentEventsError(
            code: .lineTooLong,
            message: "A line of the event stream is longer than \(limits.lineBytes) bytes."
        )
    }

    static func eventTooLarge(_ limits: EventStreamLimits) -> ServerSentEventsError {
        ServerSentEventsError(
            code: .eventTooLarge,
            message: "An event of the stream is larger than \(limits.eventBytes) bytes."
        )
    }
}
