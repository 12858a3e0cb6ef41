internal import ServerSentEvents

@available(SwiftSSE 1.0, *)
extension SSEClientError {
    static func endedEarly(after count: Int) -> SSEClientError {
        SSEClientError(code: .endedEarly, message: "The stream ended after \(count) events without its end marker.")
    }

    static func errorEvent(_ event: ServerSentEvent, number: Int) -> SSEClientError {
        SSEClientError(
            code: .errorEvent,
            message: "Event \(number) reports an error: \(Self.excerpt(of: event))",
            event: event
        )
    }

    static func decodingFailed(_ event: ServerSentEvent, number: Int, type: Any.Type, _ cause: any Error)
        -> SSEClientError
    {
        let id = event.id.map { " (id '\($0.rawValue.inOneLine())')" } ?? ""
        return SSEClientError(
            code: .decodingFailed,
            message: "Event \(number)\(id) cannot be decoded as \(type): \(Self.excerpt(of: event))",
            cause: cause,
            event: event
        )
    }

    /// The beginning of an event's data, for people.
    private static func excerpt(of event: ServerSentEvent) -> String { event.data.inOneLine() }
}
