#if AsyncHTTPClient
internal import AsyncHTTPClient
internal import HTTPTypes
internal import NIOCore
internal import NIOHTTP1

@available(SwiftSSE 1.0, *)
extension HTTPClient.Request {
    /// Makes the request that goes over the wire.
    ///
    /// - Throws: ``SSEClientError`` with the code ``SSEClientError/Code/invalidRequest``.
    init(_ request: EventStreamRequest) throws(SSEClientError) {
        var headers = HTTPHeaders(
            request.headers.filter { $0.name != .cookie }.map { ($0.name.rawName, $0.value) }
        )
        // Kept as one field each, but to be sent in one: https://www.rfc-editor.org/rfc/rfc6265#section-5.4
        if let cookies = request.headers[.cookie] { headers.add(name: "Cookie", value: cookies) }
        // A socket's path is no host, and a request of HTTP/1.1 without the field is none:
        // https://www.rfc-editor.org/rfc/rfc9112#section-3.2
        if request.url.lowercased().hasPrefix("http+unix:") || request.url.lowercased().hasPrefix("https+unix:"),
            !headers.contains(name: "Host")
        {
            headers.add(name: "Host", value: "localhost")
        }
        do {
            try self.init(
                url: request.url,
                method: HTTPMethod(rawValue: request.method.rawValue),
                headers: headers,
                body: request.body.map { .byteBuffer(ByteBuffer(bytes: $0)) }
            )
        } catch {
            throw SSEClientError(
                code: .invalidRequest,
                message: "'\(request.url.withoutUserInfo)' is no http(s) URL.",
                cause: error
            )
        }
    }
}
#endif
