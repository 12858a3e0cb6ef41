public import HTTPTypes

/// The head of the response that a server gave.
@available(SwiftSSE 1.0, *)
public struct EventStreamResponse: Sendable, Hashable {
    /// The URL that answered, which is another one than the request's after a redirect.
    public var url: String

    /// The status.
    public var status: HTTPResponse.Status

    /// The header fields.
    public var headers: HTTPFields

    /// Makes a response.
    ///
    /// - Parameters:
    ///   - url: The URL that answered.
    ///   - status: The status.
    ///   - headers: The header fields.
    public init(url: String, status: HTTPResponse.Status, headers: HTTPFields) {
        self.url = url
        self.status = status
        self.headers = headers
    }

    /// The media type of the body without its parameters, in lower case, such as `text/event-stream`; `nil` if the
    /// response has none.
    ///
    /// Of several values the last valid one counts.
    ///
    /// - SeeAlso: [Fetch Standard, extract a MIME type](https://fetch.spec.whatwg.org/#concept-header-extract-mime-type)
    public var mediaType: String? {
        MediaType.essence(of: self.headers[values: .contentType])
    }
}
