internal import HTTPTypes
internal import ServerSentEvents

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

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
