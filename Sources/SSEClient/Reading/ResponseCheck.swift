private import HTTPTypes

/// Decides whether a response is the event stream that was asked for.
@available(SwiftSSE 1.0, *)
public struct ResponseCheck: Sendable {
    private let reasonToRefuse: @Sendable (EventStreamResponse) -> String?

    /// Makes a check of your own.
    ///
    /// ```swift
    /// let check = ResponseCheck { response in
    ///     response.headers[.server] == nil ? "There is no Server field." : ResponseCheck.standard.refusal(of: response)
    /// }
    /// ```
    ///
    /// - Parameter reasonToRefuse: Returns in one line why a response is refused, `nil` to accept it.
    public init(_ reasonToRefuse: @escaping @Sendable (EventStreamResponse) -> String?) {
        self.reasonToRefuse = reasonToRefuse
    }

    /// Why a response is refused.
    ///
    /// - Parameter response: The response.
    /// - Returns: The reason in one line, `nil` if the response is accepted.
    public func refusal(of response: EventStreamResponse) -> String? {
        self.reasonToRefuse(response)
    }

    /// What the standard asks for: status 200 and the type `text/event-stream`, whatever its parameters.
    ///
    /// - SeeAlso: [HTML Standard, 9.2.3](https://html.spec.whatwg.org/multipage/server-sent-events.html#sse-processing-model)
    public static let standard = ResponseCheck { response in
        if response.status != .ok {
            // HTTP/2 has no reason phrases, and unknown statuses come without one.
            let status = "\(response.status.code) \(response.status.reasonPhrase)".inOneLine()
            return "The server answered \(status), not 200 OK."
        }
        guard let type = response.mediaType else { return "The response has no content type." }
        return type == "text/event-stream" ? nil : "The response is \(type.inOneLine()), not text/event-stream."
    }

    /// Accepts every response.
    public static let none = ResponseCheck { _ in nil }
}
