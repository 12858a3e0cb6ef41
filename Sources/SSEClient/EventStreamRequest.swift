public import HTTPTypes
public import ServerSentEvents

/// What to ask a server for, to get an event stream.
///
/// ```swift
/// var request = EventStreamRequest(url: "https://api.example.com/chat")
/// request.method = .post
/// request.headers[.authorization] = "Bearer …"
/// request.headers[.contentType] = "application/json"
/// request.body = Array(#"{"stream": true}"#.utf8)
/// ```
///
/// `Accept: text/event-stream`, `Cache-Control: no-cache`, a `User-Agent`, and an `Accept-Encoding` of what the client can decode
/// are sent unless ``headers`` say something else.
@available(SwiftSSE 1.0, *)
public struct EventStreamRequest: Sendable, Hashable {
    /// The absolute URL, `http` or `https`. User name and password in it are sent as Basic credentials, unless ``headers`` have
    /// an `Authorization`; they do not go to another origin.
    public var url: String

    /// The method. Default: `GET`.
    public var method: HTTPRequest.Method

    /// Header fields besides those that are always sent.
    public var headers: HTTPFields

    /// The body, `nil` for none.
    public var body: [UInt8]?

    /// The last event that was seen of this stream, `nil` or empty if none was; sent as `Last-Event-ID`.
    public var lastEventID: ServerSentEvent.EventID?

    /// Names of header fields that must not go to another origin when the server redirects there, besides
    /// `Authorization`, `Proxy-Authorization` and `Cookie`, such as that of an API key. Default: none.
    public var secretHeaders: Set<HTTPField.Name>

    /// Makes a request.
    ///
    /// - Parameters:
    ///   - url: The absolute URL, `http` or `https`.
    ///   - method: The method.
    ///   - headers: Header fields besides those that are always sent.
    ///   - body: The body, `nil` for none.
    ///   - lastEventID: The last event that was seen of this stream.
    ///   - secretHeaders: Names of further header fields that must not go to another origin.
    public init(
        url: String,
        method: HTTPRequest.Method = .get,
        headers: HTTPFields = [:],
        body: [UInt8]? = nil,
        lastEventID: ServerSentEvent.EventID? = nil,
        secretHeaders: Set<HTTPField.Name> = []
    ) {
        self.url = url
        self.method = method
        self.headers = headers
        self.body = body
        self.lastEventID = lastEventID
        self.secretHeaders = secretHeaders
    }
}
