public import HTTPTypes
public import ServerSentEvents

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

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

@available(SwiftSSE 1.0, *)
extension EventStreamRequest {
    /// The request with the header fields that are always sent, ready for a transport.
    ///
    /// - Parameter codings: The codings in which the body may come.
    /// - Throws: ``SSEClientError`` with the code ``SSEClientError/Code/invalidRequest`` if the last event ID cannot
    ///   travel, or the URL's port is none.
    ///
    /// - SeeAlso: [HTML Standard, 9.2.2](https://html.spec.whatwg.org/multipage/server-sent-events.html#the-eventsource-interface)
    func prepared(accepting codings: [ContentCoding]) throws(SSEClientError) -> EventStreamRequest {
        var request = self.separatingUserInfo()
        if request.url.contains("//") { request.url = request.url.escapedForURL }
        guard URL(string: request.url)?.hasValidPort != false else {
            throw SSEClientError(
                code: .invalidRequest,
                message: "'\(request.url.withoutUserInfo)' names a port beyond 65535."
            )
        }
        if request.headers[.userAgent] == nil { request.headers[.userAgent] = Self.userAgent }
        if request.headers[.accept] == nil { request.headers[.accept] = "text/event-stream" }
        if request.headers[.cacheControl] == nil { request.headers[.cacheControl] = "no-cache" }
        if request.headers[.acceptEncoding] == nil {
            // Without the field a server may choose any: https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3
            let names = codings.map(\.description).joined(separator: ", ")
            request.headers[.acceptEncoding] = names.isEmpty ? "identity" : names
        }
        if let id = self.lastEventID, id != .empty {
            guard id.isSendable else {
                throw SSEClientError(
                    code: .invalidRequest,
                    message: "The last event ID holds a control character; no header field can carry that."
                )
            }
            request.headers[.lastEventID] = id.rawValue
        }
        return request
    }

    /// The request with user name and password in a field instead of the URL, with which they would be printed.
    func separatingUserInfo() -> EventStreamRequest {
        guard let userInfo = UserInfo(in: self.url) else { return self }
        var request = self
        request.url = userInfo.remainder
        if request.headers[.authorization] == nil { request.headers[.authorization] = userInfo.authorization }
        return request
    }

    /// What the client calls itself.
    static let userAgent = "swift-sse/0.1.0"
}

@available(SwiftSSE 1.0, *)
extension ServerSentEvent.EventID {
    /// Whether a header field can carry this id.
    ///
    /// - SeeAlso: [RFC 9110, 5.5](https://www.rfc-editor.org/rfc/rfc9110#section-5.5)
    var isSendable: Bool {
        !self.rawValue.utf8.contains { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }
    }
}

extension HTTPField.Name {
    /// `Last-Event-ID`.
    static var lastEventID: HTTPField.Name {
        guard let name = HTTPField.Name("Last-Event-ID") else { preconditionFailure("A constant name is valid.") }
        return name
    }
}
